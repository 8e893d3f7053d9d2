"""Waiting for conditions, never for times."""

import time


def wait_until(condition, what, deadline=30.0, interval=0.02):
    """Returns the first truthy value of condition(); raises TimeoutError naming `what` and the last value."""
    end = time.monotonic() + deadline
    last = None
    while True:
        last = condition()
        if last:
            return last
        if time.monotonic() > end:
            raise TimeoutError(f"{what}: not within {deadline:g} s (last: {last!r})")
        time.sleep(interval)

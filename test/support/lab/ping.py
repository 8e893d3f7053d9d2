"""Pings: one, a sized one, and a running flow that counts what it lost."""

import re
import signal
import subprocess

from .net import run


def reachable(source, address, size=None, deadline=5):
    """Does one echo request come back within `deadline` seconds? `size` is the whole IP packet, never fragmented."""
    argv = ["ping", "-n", "-q", "-c", "1", "-W", str(deadline)]
    if size is not None:
        header = 48 if ":" in address else 28
        argv += ["-M", "do", "-s", str(size - header)]
    return run(*source.command(*argv, address), check=False).returncode == 0


class Flow:
    """Echo requests every 10 ms until finish(), which tells how many had no answer."""

    def __init__(self, source, address, interval=0.01):
        self._child = subprocess.Popen(
            source.command("ping", "-n", "-q", "-i", str(interval), "-W", "2", address),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )

    def finish(self):
        """Returns (sent, lost). ping waits for the last answer before it counts."""
        self._child.send_signal(signal.SIGINT)
        output, _ = self._child.communicate(timeout=20)
        counts = re.search(r"(\d+) packets transmitted, (\d+) received", output)
        if not counts:
            raise RuntimeError(f"ping said: {output}")
        sent, received = map(int, counts.groups())
        return sent, sent - received

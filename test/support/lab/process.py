"""A process with its log, ended by pid."""

import os
import signal
import subprocess


class Process:
    def __init__(self, name, argv, log_path, env=None):
        self.name, self.argv, self.log_path = name, list(map(str, argv)), log_path
        with open(log_path, "ab") as log:
            self._child = subprocess.Popen(
                self.argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env={**os.environ, **(env or {})}
            )

    @property
    def pid(self):
        return self._child.pid

    @property
    def returncode(self):
        return self._child.poll()

    @property
    def running(self):
        return self._child.poll() is None

    def log(self):
        with open(self.log_path, errors="replace") as log:
            return log.read()

    def signal(self, number):
        if self.running:
            os.kill(self.pid, number)

    def wait(self, deadline=10.0):
        return self._child.wait(deadline)

    def kill(self):
        """kill -9: the process gets no chance to tidy up."""
        self.signal(signal.SIGKILL)
        self._child.wait()

    def bad_end(self, deadline=10.0):
        """After SIGTERM: what was wrong with the way it ended, if anything. A kill by the test is not."""
        try:
            code = self._child.wait(deadline)
        except subprocess.TimeoutExpired:
            self.kill()
            return f"{self.name} did not end within {deadline:g} s of SIGTERM"
        return None if code in (0, -signal.SIGKILL) else f"{self.name} ended with {code}:\n{self.log()[-3000:]}"

    def stop(self, deadline=10.0):
        self.signal(signal.SIGTERM)
        try:
            return self._child.wait(deadline)
        except subprocess.TimeoutExpired:
            self.kill()
            raise TimeoutError(f"{self.name} did not end within {deadline:g} s of SIGTERM") from None

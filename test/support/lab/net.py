"""Network namespaces and the few iproute2 calls the lab needs."""

import json
import subprocess


class CommandFailed(Exception):
    pass


def run(*argv, check=True, input_text=None, env=None, timeout=60):
    done = subprocess.run(argv, input=input_text, env=env, timeout=timeout, text=True, capture_output=True)
    if check and done.returncode != 0:
        raise CommandFailed(f"{' '.join(argv)}: exit {done.returncode}: {done.stderr.strip() or done.stdout.strip()}")
    return done


class Namespace:
    """A named network namespace with lo up."""

    def __init__(self, name):
        self.name = name
        run("ip", "netns", "add", name)
        self.ip("link", "set", "lo", "up")

    @property
    def path(self):
        return f"/run/netns/{self.name}"

    def command(self, *argv):
        """`argv` as it runs inside; `ip netns exec` execs, so the child's pid is the command's."""
        return ["ip", "netns", "exec", self.name, *map(str, argv)]

    def run(self, *argv, **options):
        return run(*self.command(*argv), **options)

    def ip(self, *argv, check=True):
        return run("ip", "-n", self.name, *map(str, argv), check=check).stdout

    def ip_json(self, *argv):
        return json.loads(run("ip", "-json", "-n", self.name, *map(str, argv)).stdout or "[]")

    def has_link(self, name):
        return run("ip", "-n", self.name, "link", "show", name, check=False).returncode == 0

    def delete(self):
        run("ip", "netns", "del", self.name, check=False)

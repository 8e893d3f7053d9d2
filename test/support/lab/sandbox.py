"""A pod as containerd makes it."""

import json

from .net import run


class Sandbox:
    def __init__(self, containerd, name, **fields):
        """`fields`: further ones of a PodSandboxConfig."""
        self.containerd, self.name = containerd, name
        self.id = containerd.crictl("runp", containerd.write_pod(name, **fields)).stdout.strip()
        self.status = json.loads(containerd.crictl("inspectp", self.id).stdout)

    def addresses(self):
        network = self.status["status"]["network"]
        return [network["ip"], *(further["ip"] for further in network["additionalIps"])]

    def command(self, *argv):
        """`argv` as it runs in the pod's network."""
        spaces = self.status["info"]["runtimeSpec"]["linux"]["namespaces"]
        path = next(space["path"] for space in spaces if space["type"] == "network")
        return ["nsenter", f"--net={path}", *map(str, argv)]

    def run(self, *argv, **options):
        return run(*self.command(*argv), **options)

    def remove(self):
        self.containerd.crictl("rmp", "-f", self.id)

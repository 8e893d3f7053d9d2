"""A pod: a network namespace that the CNI plugin attached to its node."""

import json
import os

from .net import CommandFailed, Namespace, run


class Pod(Namespace):
    def __init__(self, node, name, config=None):
        super().__init__(f"pod-{node.name}-{name}")
        self.config = {**node.cni_config(), **(config or {})}
        self.node, self.container_id, self.result = node, f"{node.name}{name}", None

    def _call_plugin(self, verb):
        env = {
            **os.environ,
            "CNI_COMMAND": verb,
            "CNI_CONTAINERID": self.container_id,
            "CNI_NETNS": self.path,
            "CNI_IFNAME": "eth0",
            "CNI_PATH": str(self.node.cluster.binaries.plugin.parent),
            "CNI_ARGS": f"IgnoreUnknown=1;K8S_POD_NAMESPACE=default;K8S_POD_NAME={self.name}",
        }
        plugin = self.node.namespace.command(self.node.cluster.binaries.plugin)
        done = run(*plugin, input_text=json.dumps(self.config), env=env, check=False)
        if done.returncode != 0:
            raise CommandFailed(f"CNI {verb} {self.name}: {done.stdout.strip()} {done.stderr.strip()}")
        return json.loads(done.stdout) if done.stdout.strip() else None

    def attach(self):
        self.result = self._call_plugin("ADD")
        return self

    def detach(self):
        self._call_plugin("DEL")
        self.delete()

    def addresses(self):
        return [entry["address"].split("/")[0] for entry in self.result["ips"]]

    @property
    def ip4(self):
        return next((a for a in self.addresses() if ":" not in a), None)

    @property
    def ip6(self):
        return next((a for a in self.addresses() if ":" in a), None)

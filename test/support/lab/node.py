"""A node: a network namespace with an uplink, a daemon and pods."""

import json
import shutil

from .net import Namespace, run
from .pod import Pod
from .process import Process
from .wait import wait_until


class Node:
    def __init__(self, cluster, name, index):
        self.cluster, self.name, self.index = cluster, name, index
        self.namespace = Namespace(name)
        self.directory = cluster.directory / name
        self.run_dir = self.directory / "run"
        self.cni_dir = self.directory / "net.d"
        for folder in (self.directory, self.run_dir, self.cni_dir):
            folder.mkdir()
        self.daemon = None
        self.pods = {}

    @property
    def ip4(self):
        return f"192.0.2.{10 + self.index}"

    @property
    def ip6(self):
        return f"2001:db8::{10 + self.index:x}"

    def connect(self, underlay, mtu=1500):
        """Plugs eth0 into the underlay's bridge."""
        port = f"p-{self.name}"
        underlay.ip("link", "add", port, "mtu", mtu, "type", "veth", "peer", "name", "eth0", "mtu", mtu, "netns", self.name)
        underlay.ip("link", "set", port, "master", "br0", "up")
        self.namespace.ip("link", "set", "eth0", "up")
        self.namespace.ip("address", "add", f"{self.ip4}/24", "dev", "eth0")
        self.namespace.ip("address", "add", f"{self.ip6}/64", "dev", "eth0", "nodad")
        self.namespace.ip("route", "add", "default", "via", "192.0.2.1")
        self.namespace.ip("-6", "route", "add", "default", "via", "2001:db8::1")

    # -- daemon

    def daemon_argv(self, *extra):
        return [
            self.cluster.binaries.daemon, "run", "--node-name", self.name,
            "--kubeconfig", self.cluster.kubeconfig, "--net-config-path", self.cluster.net_config_path,
            "--run-dir", self.run_dir, "--cni-conf-dir", self.cni_dir, "--ip-masq", *self.cluster.daemon_flags, *extra,
        ]

    def start_daemon(self, *extra):
        argv = self.namespace.command(*self.daemon_argv(*extra))
        self.daemon = Process(f"weftd on {self.name}", argv, self.directory / "weftd.log")
        return self.daemon

    def wait_ready(self, deadline=30.0):
        def ready():
            if not self.daemon.running:
                raise RuntimeError(f"weftd on {self.name} ended with {self.daemon.returncode}:\n{self.daemon.log()[-2000:]}")
            return self.admin("/readyz").returncode == 0
        try:
            wait_until(ready, f"{self.name} ready", deadline)
        except TimeoutError as late:
            raise TimeoutError(f"{late}\n{self.daemon.log()[-3000:]}") from None
        return self

    def admin(self, path):
        return self.namespace.run("curl", "-sS", "--fail", "--max-time", "5", f"http://127.0.0.1:9472{path}", check=False)

    def metric(self, name, label=""):
        """The sum of a metric over its labels, or those with `label` (`reason="expired"`); 0 when absent."""
        lines = self.admin("/metrics").stdout.splitlines()
        values = [float(l.rsplit(" ", 1)[1]) for l in lines if l.split("{")[0].split(" ")[0] == name and label in l]
        return sum(values)

    def weftd(self, *argv, check=True):
        return self.namespace.run(self.cluster.binaries.daemon, *argv, check=check)

    def cleanup(self, *flags):
        return self.weftd("cleanup", "--run-dir", self.run_dir, "--cni-conf-dir", self.cni_dir, *flags, check=False)

    def debug(self, dataset):
        return json.loads(self.weftd("debug", dataset, "--json", "--run-dir", self.run_dir).stdout)

    # -- what the node holds

    def subnet_env(self):
        path = self.run_dir / "subnet.env"
        if not path.exists():
            return {}
        return dict(line.split("=", 1) for line in path.read_text().splitlines() if "=" in line)

    def routes(self, family=4):
        """Weft's routes of one family, as iproute2 prints them."""
        return self.namespace.ip_json(f"-{family}", "route", "show", "proto", "87")

    def fdb(self, device="weft.1"):
        output = run("bridge", "-json", "-n", self.name, "fdb", "show", "dev", device, check=False).stdout
        return [e for e in json.loads(output or "[]") if "dst" in e]

    def neighbours(self, device="weft.1", family=4):
        return self.namespace.ip_json(f"-{family}", "neigh", "show", "dev", device, "nud", "permanent")

    def reboot(self):
        """After daemon.kill(): what a reboot takes besides, all but the uplink and what is on disk."""
        for link in self.namespace.ip_json("link", "show"):
            if link["ifname"] not in ("lo", "eth0"):
                self.namespace.ip("link", "delete", link["ifname"], check=False)  # the other end may have gone first
        self.namespace.run("nft", "flush", "ruleset")
        shutil.rmtree(self.run_dir)
        self.run_dir.mkdir()

    # -- pods

    def cni_config(self):
        return {"cniVersion": "1.0.0", "name": "weft", "type": "weft",
                "subnetFile": str(self.run_dir / "subnet.env"), "dataDir": str(self.run_dir / "cni")}

    def attach(self, name, **config):
        """`config`: further keys of the plugin's configuration."""
        pod = Pod(self, name, config).attach()
        self.pods[name] = pod
        return pod

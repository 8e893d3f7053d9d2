"""The whole lab: an underlay, an API server and nodes."""

import json
import os
import pathlib
import shutil
import signal
import tempfile

from .api import ApiServer
from .kube_api import KubeApiServer
from .net import Namespace
from .node import Node
from .wait import wait_until

NET_CONF = {
    "Network": "10.244.0.0/16",
    "IPv6Network": "fd00:10:244::/48",
    "EnableIPv6": True,
    "Backend": {"Type": "vxlan"},
}


def default_api():
    """The test API server; the real one in a run of scripts/e2e, which sets WEFT_KUBE_BIN."""
    return KubeApiServer if "WEFT_KUBE_BIN" in os.environ else ApiServer


class Binaries:
    """The three programs, from the build directory in WEFT_BUILD."""

    def __init__(self):
        build = pathlib.Path(os.environ["WEFT_BUILD"])
        self.daemon = build / "daemon" / "weftd"
        self.plugin = build / "cni-plugin" / "weft"
        self.api_server = build / "test" / "support" / "weft-test-apiserver"


class Cluster:
    """Nodes n1…nN with uplinks 192.0.2.11… and 2001:db8::b… on one bridge; the API server is at 192.0.2.1.

    Use as a context manager: leaving it ends every process and, unless `keep`, removes files and namespaces.
    """

    def __init__(self, nodes=3, net_conf=None, daemon_flags=(), mtu=1500, api_factory=None):
        if os.environ.get("WEFT_SANDBOX") != "1":
            raise RuntimeError("run this through scripts/in-sandbox: it must not touch the machine's own network")
        self.binaries = Binaries()
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="weft-lab-", dir="/run"))
        self.daemon_flags = daemon_flags
        self.net_config_path = self.directory / "net-conf.json"
        self.net_config_path.write_text(json.dumps(net_conf or NET_CONF))
        self.kubeconfig = self.directory / "kubeconfig"
        self.underlay = self._make_underlay(mtu)
        self.mtu = mtu
        self.nodes = {}
        self.api = (api_factory or default_api())(self)
        for index in range(1, nodes + 1):
            self.add_node(f"n{index}", index)

    def _make_underlay(self, mtu):
        underlay = Namespace("underlay")
        underlay.ip("link", "add", "br0", "mtu", mtu, "type", "bridge", "forward_delay", "0")
        underlay.ip("link", "set", "br0", "up")
        underlay.ip("address", "add", "192.0.2.1/24", "dev", "br0")
        underlay.ip("address", "add", "2001:db8::1/64", "dev", "br0", "nodad")
        return underlay

    def add_node(self, name, index):
        node = Node(self, name, index)
        node.connect(self.underlay, self.mtu)
        self.nodes[name] = node
        return node

    def __getitem__(self, name):
        return self.nodes[name]

    def __iter__(self):
        return iter(self.nodes.values())

    def start_api(self, create_nodes=True):
        self.api.start()
        self.write_kubeconfig(self.api.url, self.api.user, self.api.cluster_fields)
        if create_nodes:
            for node in self:
                self.api.create_node(node.name)
        return self

    def write_kubeconfig(self, url, user=None, cluster_fields=None):
        config = {
            "apiVersion": "v1", "kind": "Config", "current-context": "lab",
            "clusters": [{"name": "lab", "cluster": {"server": url, **(cluster_fields or {})}}],
            "users": [{"name": "lab", "user": user or {}}],
            "contexts": [{"name": "lab", "context": {"cluster": "lab", "user": "lab"}}],
        }
        self.kubeconfig.write_text(json.dumps(config))

    def start(self, deadline=60.0):
        """API server, Nodes and daemons; returns when every node is ready and routes to every other."""
        self.start_api()
        for node in self:
            node.start_daemon()
        for node in self:
            node.wait_ready(deadline)
        self.wait_meshed(deadline)
        return self

    def wait_meshed(self, deadline=30.0):
        peers = len(self.nodes) - 1
        for node in self:
            wait_until(lambda n=node: len(n.routes(4)) >= peers, f"{node.name} routes to {peers} peers", deadline)

    def close(self):
        """Daemons end by SIGTERM: they must do so from whatever state the test left them in, and leak nothing."""
        daemons = [node.daemon for node in self if node.daemon]
        for daemon in daemons:
            daemon.signal(signal.SIGTERM)
        faults = [fault for daemon in daemons if (fault := daemon.bad_end())]
        self._remove_everything()
        if faults:
            raise AssertionError("\n".join(faults))

    def _remove_everything(self):
        if self.api.process and self.api.process.running:
            self.api.stop()
        for node in self:
            for pod in node.pods.values():
                pod.delete()
            node.namespace.delete()
        self.underlay.delete()
        shutil.rmtree(self.directory, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

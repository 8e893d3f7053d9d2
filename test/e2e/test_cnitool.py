"""The plugin called by libcni itself, with the configuration that the daemon wrote: cnitool negotiates the version,
keeps the result between the calls and hands it back, as container runtimes do."""

import json
import os
import pathlib

import pytest

from lab import Cluster
from lab.net import Namespace, run
from lab.ping import reachable


@pytest.fixture
def results():
    """libcni keeps results below /var/lib/cni; here that is a file system of the test's own."""
    run("mount", "-t", "tmpfs", "tmpfs", "/var/lib")
    yield pathlib.Path("/var/lib/cni/results")
    run("umount", "/var/lib")


@pytest.fixture
def container(results):
    """Makes containers on one node."""
    made = []
    with Cluster(nodes=1) as cluster:
        node = cluster.start()["n1"]

        def make(name):
            made.append(Container(node, name))
            return made[-1]

        yield make
        for one in made:
            one.namespace.delete()


class Container:
    def __init__(self, node, name):
        self.node, self.namespace, self.result = node, Namespace(f"pod-{name}"), None

    def call(self, verb, check=True, **env):
        tool = pathlib.Path(os.environ["WEFT_KUBE_BIN"]) / "cnitool"
        env = {**os.environ, "NETCONFPATH": str(self.node.cni_dir), "CNI_IFNAME": "eth0",
               "CNI_PATH": str(self.node.cluster.binaries.plugin.parent), **env}
        return self.node.namespace.run(tool, verb, "weft", self.namespace.path, env=env, check=check)

    def add(self, **env):
        self.result = json.loads(self.call("add", **env).stdout)
        return self.result

    def addresses(self):
        return [entry["address"].split("/")[0] for entry in self.result["ips"]]


def test_a_life_as_runtimes_have_it(container, results):
    pod, other = container("a"), container("b")
    assert pod.add()["cniVersion"] == "1.1.0"
    other.add()
    for address in other.addresses() + [pod.node.ip4, pod.node.ip6]:
        assert reachable(pod.namespace, address)
    assert len(list(results.iterdir())) == 2
    pod.call("check")
    pod.call("status")
    pod.call("del")
    pod.call("del")
    assert not pod.namespace.has_link("eth0")
    assert other.namespace.has_link("eth0")
    other.call("del")


def test_check_sees_what_is_wrong(container):
    pod = container("a")
    pod.add()
    pod.namespace.ip("route", "del", "default")
    refused = pod.call("check", check=False)
    assert refused.returncode != 0
    assert "no default route by 169.254.1.1 on eth0" in refused.stderr + refused.stdout
    pod.call("del")


def test_gc_takes_what_nobody_claims(container, results):
    """cnitool names no valid attachment: everything of the network goes, also what the result cache has forgotten."""
    pod, forgotten = container("a"), container("b")
    pod.add()
    forgotten.add()
    for result in results.iterdir():
        if forgotten.namespace.path in result.read_text():
            result.unlink()
    pod.call("gc")
    assert not pod.namespace.has_link("eth0")
    assert not forgotten.namespace.has_link("eth0")
    ledger = pod.node.run_dir / "cni" / "addresses"
    assert list(ledger.iterdir()) == []


def test_a_runtime_that_loses_the_namespace_first(container):
    pod = container("a")
    pod.add()
    pod.namespace.delete()
    pod.call("del")
    assert list((pod.node.run_dir / "cni" / "addresses").iterdir()) == []


def test_capabilities_reach_the_plugin(container):
    pod = container("a")
    pod.add(CAP_ARGS=json.dumps({"bandwidth": {"ingressRate": 80_000_000, "egressRate": 16_000_000}}))
    shaped = pod.namespace.run("tc", "qdisc", "show", "dev", "eth0").stdout
    assert "tbf" in shaped and "16Mbit" in shaped
    pod.call("del")

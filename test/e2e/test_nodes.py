"""Three daemons and their pods on a real kube-apiserver, with the rights of Weft's ServiceAccount and no more.

What does not depend on the API server is in test/netns; scripts/e2e api runs that on a real one too.
"""

import ipaddress
import itertools
import json

import pytest

from lab import Cluster, wait_until
from lab.kube_api import KubeApiServer
from lab.ping import reachable


@pytest.fixture
def lab():
    with Cluster(nodes=3, api_factory=KubeApiServer) as cluster:
        yield cluster.start()


def lease(lab, node):
    return json.loads(lab.api.annotations(node).get("weft.network/lease", "{}"))


def subnets(lab):
    return {node.name: (lease(lab, node.name).get("v4"), lease(lab, node.name).get("v6")) for node in lab}


def assert_pods_meet(lab):
    for one, other in itertools.permutations(lab, 2):
        for address in (other.pods["p"].ip4, other.pods["p"].ip6):
            assert reachable(one.pods["p"], address), f"{one.name} → {other.name} {address}"


def test_nodes_lease_subnets_and_pods_meet(lab):
    blocks = [ipaddress.ip_network(block) for pair in subnets(lab).values() for block in pair]
    assert len(blocks) == 6
    for one, other in itertools.combinations(blocks, 2):
        assert one.version != other.version or not one.overlaps(other)
    for node in lab:
        node.attach("p")
    assert_pods_meet(lab)

    def published(name):
        conditions = lab.api.node(name)["status"].get("conditions", [])
        return [c["status"] for c in conditions if c["type"] == "NetworkUnavailable"] == ["False"]
    for node in lab:
        wait_until(lambda name=node.name: published(name), f"NetworkUnavailable=False on {node.name}", 15)
    events = lab.api.request("GET", "/api/v1/namespaces/default/events")["items"]
    leased = {e["involvedObject"]["name"] for e in events if e["reason"] == "SubnetLeased"}
    assert leased == {"n1", "n2", "n3"}


def test_an_outage_with_its_history_lost_changes_nothing(lab):
    for node in lab:
        node.attach("p")
    before = subnets(lab)
    lab.api.stop()
    # Repaired without an API server.
    lab["n1"].namespace.ip("link", "delete", "weft.1")
    wait_until(lambda: len(lab["n1"].routes(4)) == 2, "the device heals in the outage", 40)
    assert_pods_meet(lab)
    lab.api.start(aged=True)  # the version the daemons were at is Expired
    lab.api.annotate("n3", **{"weft.network/vtep": None})
    wait_until(lambda: "weft.network/vtep" in lab.api.annotations("n3"), "n3 publishes its vtep again", 60)
    assert subnets(lab) == before
    for node in lab:
        # Each comes back in its own time: some may still be waiting to try again.
        wait_until(lambda n=node: n.metric("weft_api_watch_restarts_total", 'reason="expired"') >= 1,
                   f"{node.name} lists again", 60)
        wait_until(lambda n=node: n.metric("weft_api_connected") == 1, f"{node.name} is connected", 60)
    lab.wait_meshed()
    assert_pods_meet(lab)


def test_a_deleted_node_loses_its_routes_and_a_new_one_gets_some(lab):
    lab["n3"].daemon.stop()
    lab.api.delete_node("n3")
    for name in ("n1", "n2"):
        wait_until(lambda n=lab[name]: len(n.routes(4)) == 1, f"{name} forgets n3", 20)
    lab.api.create_node("n4")
    node = lab.add_node("n4", 4)
    node.start_daemon()
    node.wait_ready()
    for name in ("n1", "n2"):
        wait_until(lambda n=lab[name]: len(n.routes(4)) == 2, f"{name} learns n4", 20)


def test_kill_and_restart_keep_the_lease(lab):
    before = lease(lab, "n2")
    lab["n2"].daemon.kill()
    lab["n2"].start_daemon()
    lab["n2"].wait_ready()
    assert lease(lab, "n2") == before


def test_pod_cidrs_of_the_cluster_are_adopted():
    with Cluster(nodes=2, api_factory=KubeApiServer) as lab:
        lab.start_api(create_nodes=False)
        wanted = {"n1": ["10.244.8.0/24", "fd00:10:244:8::/64"], "n2": ["10.244.9.0/24", "fd00:10:244:9::/64"]}
        for name, cidrs in wanted.items():
            lab.api.create_node(name, spec={"podCIDR": cidrs[0], "podCIDRs": cidrs})
        for node in lab:
            node.start_daemon()
        for node in lab:
            node.wait_ready()
            found = lease(lab, node.name)
            assert [found["v4"], found["v6"], found["src"]] == [*wanted[node.name], "podCIDR"]
        lab.wait_meshed()

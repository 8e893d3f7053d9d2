"""Several claims on one thing: subnets, foreign routes."""

import json

from lab import wait_until
from lab.ping import reachable

TINY = {"Network": "10.244.0.0/23", "SubnetLen": 24, "Backend": {"Type": "vxlan"}}


def lease(cluster, name):
    text = cluster.api.annotations(name).get("weft.network/lease")
    return json.loads(text)["v4"] if text else None


def test_two_nodes_told_to_take_the_same_subnet_end_with_different_ones(make_cluster):
    cluster = make_cluster(2).start_api()
    for node in cluster:
        # Each was the owner of this block in its last life, as far as it knows.
        (node.run_dir / "subnet.env").write_text("FLANNEL_NETWORK=10.244.0.0/16\nFLANNEL_SUBNET=10.244.7.1/24\nFLANNEL_MTU=1450\n")
        node.start_daemon()
    for node in cluster:
        node.wait_ready()
    assert {lease(cluster, "n1"), lease(cluster, "n2")} >= {"10.244.7.0/24"}
    assert lease(cluster, "n1") != lease(cluster, "n2")
    a, b = cluster["n1"].attach("a"), cluster["n2"].attach("b")
    assert reachable(a, b.ip4)


def test_an_exhausted_network_is_reported_and_recovers_when_a_node_leaves(make_cluster):
    cluster = make_cluster(3, net_conf=TINY).start_api()
    for name in ("n1", "n2"):
        cluster[name].start_daemon()
        cluster[name].wait_ready()
    cluster["n3"].start_daemon()

    def reported():
        events = cluster.api.request("GET", "/api/v1/namespaces/default/events")["items"]
        return [e for e in events if e["reason"] == "SubnetExhausted" and e["involvedObject"]["name"] == "n3"]
    wait_until(reported, "a SubnetExhausted event")
    assert cluster["n3"].admin("/readyz").returncode != 0
    cluster["n1"].daemon.kill()
    cluster.api.delete_node("n1")
    cluster["n3"].wait_ready(90)


def test_adopts_pod_cidrs_that_kubernetes_assigned(make_cluster):
    cluster = make_cluster(2)
    cluster.start_api(create_nodes=False)
    for index, node in enumerate(cluster, 1):
        v4, v6 = f"10.244.{index}.0/24", f"fd00:10:244:{index}::/64"
        cluster.api.create_node(node.name, spec={"podCIDR": v4, "podCIDRs": [v4, v6]})
        node.start_daemon()
    for index, node in enumerate(cluster, 1):
        node.wait_ready()
        assert node.subnet_env()["FLANNEL_SUBNET"] == f"10.244.{index}.1/24"
        assert json.loads(cluster.api.annotations(node.name)["weft.network/lease"])["src"] == "podCIDR"


def test_foreign_routes_and_rules_are_never_touched(cluster):
    node = cluster["n1"]
    peer = next(r["dst"] for r in node.routes() if r["dst"].startswith("10.244."))
    node.namespace.ip("route", "add", "10.99.0.0/16", "via", "192.0.2.1", "proto", "static")
    node.namespace.ip("route", "add", "blackhole", "10.98.0.0/16")
    node.namespace.ip("route", "add", peer, "via", "192.0.2.1", "metric", "5000", "proto", "static")
    node.namespace.run("nft", "add", "table", "inet", "theirs")
    node.namespace.ip("link", "del", "weft.1")
    wait_until(lambda: len(node.routes()) == 2, "repaired")
    node.daemon.stop()
    node.weftd("cleanup", "--run-dir", node.run_dir, "--cni-conf-dir", node.cni_dir)
    left = {(r["dst"], r.get("metric")) for r in node.namespace.ip_json("route", "show")}
    assert {("10.99.0.0/16", None), ("10.98.0.0/16", None), (peer, 5000)} <= left
    assert "theirs" in node.namespace.run("nft", "list", "tables").stdout

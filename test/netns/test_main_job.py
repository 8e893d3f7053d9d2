"""The main job: nodes lease subnets, program each other, and pods talk over both families."""

import ipaddress
import itertools

from lab.ping import reachable


def subnets(cluster):
    return {node.name: node.subnet_env() for node in cluster}


def test_every_node_leases_its_own_subnet_of_both_families(cluster):
    env = subnets(cluster)
    for key, network in (("FLANNEL_SUBNET", "10.244.0.0/16"), ("FLANNEL_IPV6_SUBNET", "fd00:10:244::/48")):
        blocks = [ipaddress.ip_interface(values[key]).network for values in env.values()]
        assert all(block.subnet_of(ipaddress.ip_network(network)) for block in blocks)
        assert not any(a.overlaps(b) for a, b in itertools.combinations(blocks, 2))
    for values in env.values():
        assert values["FLANNEL_MTU"] == "1450"
        assert values["WEFT_IPV6_MTU"] == "1430"
        assert values["FLANNEL_IPMASQ"] == "true"


def test_the_lease_in_the_annotation_is_the_one_in_subnet_env(cluster):
    import json
    for node in cluster:
        annotations = cluster.api.annotations(node.name)
        lease = json.loads(annotations["weft.network/lease"])
        assert ipaddress.ip_interface(node.subnet_env()["FLANNEL_SUBNET"]).network == ipaddress.ip_network(lease["v4"])
        assert "weft.network/claim" not in annotations
        assert json.loads(annotations["weft.network/vtep"])["ip"] == node.ip4


def test_pods_reach_each_other_within_and_across_nodes_over_both_families(cluster):
    pods = [node.attach(name) for node in cluster for name in ("a", "b")]
    for source, target in itertools.permutations(pods, 2):
        assert reachable(source, target.ip4), f"{source.name} -> {target.name} {target.ip4}"
        assert reachable(source, target.ip6), f"{source.name} -> {target.name} {target.ip6}"


def test_pods_and_nodes_reach_each_other(cluster):
    pod = cluster["n1"].attach("a")
    for node in cluster:
        assert reachable(pod, node.ip4)
        assert reachable(pod, node.ip6)
        assert reachable(node.namespace, pod.ip4)
        assert reachable(node.namespace, pod.ip6)


def test_packets_of_the_mtu_pass_and_one_byte_more_is_refused(cluster):
    a, b = cluster["n1"].attach("a"), cluster["n2"].attach("b")
    assert reachable(a, b.ip4, size=1450)
    assert not reachable(a, b.ip4, size=1451, deadline=1)
    assert reachable(a, b.ip6, size=1430)
    assert not reachable(a, b.ip6, size=1431, deadline=1)


def test_a_detached_pod_leaves_nothing_and_its_address_is_not_reused_at_once(cluster):
    node = cluster["n1"]
    before = {link["ifname"] for link in node.namespace.ip_json("link", "show")}
    pod = node.attach("a")
    first = pod.ip4
    pod.detach()
    assert {link["ifname"] for link in node.namespace.ip_json("link", "show")} == before
    assert node.attach("b").ip4 != first


def test_traffic_to_the_outside_takes_the_nodes_address(cluster):
    """The underlay's bridge is no node and has no route to pods: an answer proves the masquerade."""
    pod = cluster["n1"].attach("a")
    assert reachable(pod, "192.0.2.1")
    assert reachable(pod, "2001:db8::1")


def test_readiness_condition_and_event_are_published(cluster):
    for node in cluster:
        conditions = {c["type"]: c for c in cluster.api.node(node.name).get("status", {}).get("conditions", [])}
        assert conditions["NetworkUnavailable"]["status"] == "False"
        assert (node.cni_dir / "05-weft.conflist").exists()
    events = cluster.api.request("GET", "/api/v1/namespaces/default/events")["items"]
    assert {"n1", "n2", "n3"} <= {e["involvedObject"]["name"] for e in events if e["reason"] == "SubnetLeased"}

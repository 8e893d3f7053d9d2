"""One family alone; without the tunnel where it can be spared: host-gw, and DirectRouting."""

import pytest

from lab import wait_until
from lab.cluster import NET_CONF
from lab.ping import reachable

HOST_GW = {**NET_CONF, "Backend": {"Type": "host-gw"}}
DIRECT = {**NET_CONF, "Backend": {"Type": "vxlan", "DirectRouting": True}}


@pytest.mark.parametrize("family, mtu", [(4, 1450), (6, 1430)])
def test_one_family_alone(make_cluster, family, mtu):
    conf = {**NET_CONF, "EnableIPv4": family == 4, "EnableIPv6": family == 6}
    cluster = make_cluster(2, net_conf=conf).start_api()
    one, two = cluster
    for node in cluster:
        node.start_daemon()
    for node in cluster:
        node.wait_ready()
    wait_until(lambda: len(one.routes(family)) == 1 and len(two.routes(family)) == 1, "meshed")
    assert (one.namespace.has_link("weft.1"), one.namespace.has_link("weft-v6.1")) == (family == 4, family == 6)
    assert one.subnet_env()["FLANNEL_MTU"] == str(mtu)
    a, b = one.attach("a"), two.attach("b")
    address, other = (b.ip4, b.ip6) if family == 4 else (b.ip6, b.ip4)
    assert reachable(a, address, size=mtu) and not reachable(a, address, size=mtu + 1, deadline=1)
    assert other is None and one.routes(10 - family) == []


def gateways(node):
    return {route["gateway"]: route["dev"] for family in (4, 6) for route in node.routes(family)}


@pytest.mark.parametrize("conf, overhead", [(HOST_GW, 0), (DIRECT, 50)], ids=["host-gw", "DirectRouting"])
def test_peers_on_the_segment_are_routed_to_directly(make_cluster, conf, overhead):
    cluster = make_cluster(2, net_conf=conf).start()
    one, two = cluster
    wait_until(lambda: gateways(one) == {two.ip4: "eth0", two.ip6: "eth0"}, "routes by the peer's own addresses")
    assert one.namespace.has_link("weft.1") == (overhead != 0)
    assert one.subnet_env()["FLANNEL_MTU"] == str(1500 - overhead)
    a, b = one.attach("a"), two.attach("b")
    assert reachable(a, b.ip4, size=1500 - overhead) and reachable(a, b.ip6)
    one.namespace.ip("route", "flush", "proto", "87")
    wait_until(lambda: len(one.routes(4)) == 1, "the route is back", 10)
    assert reachable(a, b.ip4)


def test_direct_routing_uses_the_tunnel_for_peers_beyond_a_router(make_cluster):
    """n1's address is a host address, as in clouds: nobody is on its segment."""
    cluster = make_cluster(2, net_conf={**DIRECT, "EnableIPv6": False}).start_api()
    one, two = cluster
    one.namespace.ip("address", "del", f"{one.ip4}/24", "dev", "eth0")
    one.namespace.ip("address", "add", f"{one.ip4}/32", "dev", "eth0")
    one.namespace.ip("route", "add", "192.0.2.1", "dev", "eth0")
    one.namespace.ip("route", "replace", "default", "via", "192.0.2.1", "dev", "eth0", "src", one.ip4)
    for node in cluster:
        node.start_daemon()
    for node in cluster:
        node.wait_ready()
    cluster.wait_meshed()
    assert [route["dev"] for route in one.routes(4)] == ["weft.1"]
    assert [route["dev"] for route in two.routes(4)] == ["eth0"]


def test_host_gw_rejects_a_peer_beyond_a_router(make_cluster):
    cluster = make_cluster(2, net_conf={**HOST_GW, "EnableIPv6": False}).start()
    cluster["n2"].daemon.stop()
    cluster["n2"].start_daemon("--public-ip", "203.0.113.9")

    def verdict():
        return [peer.get("reason") for peer in cluster["n1"].debug("peers")["peers"]]
    wait_until(lambda: verdict() == ["not-on-segment"], "the verdict")
    assert cluster["n1"].routes(4) == []

"""Which device carries the tunnel, and which address peers are told: every flag on a real daemon."""

import json

import pytest

from lab import wait_until

SECOND4, SECOND6 = "198.51.100.7", "2001:db8:7::7"

# Flags, and the device, local and published addresses they must lead to.
FLAGS = [
    ((), ("eth0", "192.0.2.11", "192.0.2.11", "2001:db8::b")),
    (("--iface", "eth1"), ("eth1", SECOND4, SECOND4, SECOND6)),
    (("--iface", "eth9", "--iface", SECOND4), ("eth1", SECOND4, SECOND4, SECOND6)),
    (("--iface-regex", "^nothing$", "--iface-regex", "^eth[1-9]$"), ("eth1", SECOND4, SECOND4, SECOND6)),
    (("--iface-regex", r"^198\.51\."), ("eth1", SECOND4, SECOND4, SECOND6)),
    (("--iface-can-reach", "198.51.100.200"), ("eth1", SECOND4, SECOND4, SECOND6)),
    (("--iface", "eth0", "--iface-can-reach", "198.51.100.200"), ("eth0", "192.0.2.11", "192.0.2.11", "2001:db8::b")),
    (("--public-ip", SECOND4), ("eth1", SECOND4, SECOND4, SECOND6)),
    (("--public-ip", "203.0.113.9", "--public-ipv6", "2001:db8:9::9"),
     ("eth0", "192.0.2.11", "203.0.113.9", "2001:db8:9::9")),
]


def published(cluster):
    vtep = json.loads(cluster.api.annotations("n1").get("weft.network/vtep", "{}"))
    return vtep.get("ip"), vtep.get("ip6")


@pytest.fixture
def node(make_cluster):
    """One node with a second device, eth1, and no daemon yet."""
    cluster = make_cluster(1).start_api()
    node = cluster["n1"]
    node.namespace.ip("link", "add", "eth1", "mtu", 1400, "type", "veth", "peer", "name", "far1")
    for device in ("eth1", "far1"):
        node.namespace.ip("link", "set", device, "up")
    node.namespace.ip("address", "add", f"{SECOND4}/24", "dev", "eth1")
    node.namespace.ip("address", "add", f"{SECOND6}/64", "dev", "eth1", "nodad")
    return node


@pytest.mark.parametrize("flags, expected", FLAGS, ids=lambda value: " ".join(value) or "default-route")
def test_the_uplink_is_chosen_as_told(node, flags, expected):
    device, local, public4, public6 = expected
    node.start_daemon(*flags)
    node.wait_ready()
    link = node.namespace.ip_json("-d", "link", "show", "weft.1")[0]
    vxlan = link["linkinfo"]["info_data"]
    assert (vxlan["link"], vxlan["local"], vxlan["id"], vxlan["port"]) == (device, local, 1, 8472)
    assert link["mtu"] == (1450 if device == "eth0" else 1350)
    assert published(node.cluster) == (public4, public6)


def test_the_annotation_wins_and_is_followed_at_once(node):
    node.start_daemon("--public-ip", "203.0.113.9")
    node.wait_ready()
    assert published(node.cluster) == ("203.0.113.9", "2001:db8::b")
    overwrite = {"weft.network/public-ip-overwrite": "203.0.113.77",
                 "weft.network/public-ipv6-overwrite": "2001:db8:9::77"}
    node.cluster.api.annotate("n1", **overwrite)
    wait_until(lambda: published(node.cluster) == ("203.0.113.77", "2001:db8:9::77"), "what the annotations say", 10)
    vxlan = node.namespace.ip_json("-d", "link", "show", "weft.1")[0]["linkinfo"]["info_data"]
    assert vxlan["local"] == "192.0.2.11", "the tunnel itself is not touched"
    node.cluster.api.annotate("n1", **dict.fromkeys(overwrite))
    wait_until(lambda: published(node.cluster) == ("203.0.113.9", "2001:db8::b"), "what the flags say", 10)


def test_an_uplink_that_goes_is_waited_for_and_everything_comes_back(make_cluster):
    """The kernel takes the tunnels with the device under them."""
    cluster = make_cluster(2, daemon_flags=("--resync-period", "3600s")).start()
    node = cluster["n1"]
    node.namespace.ip("link", "del", "eth0")
    wait_until(lambda: not node.namespace.has_link("weft.1"), "the tunnel goes with it", 10)
    wait_until(lambda: "no usable uplink" in node.daemon.log(), "the reason", 10)
    node.connect(cluster.underlay)
    wait_until(lambda: len(node.routes(4)) == 1 and len(node.routes(6)) == 1, "every route is back", 10)
    node.wait_ready()

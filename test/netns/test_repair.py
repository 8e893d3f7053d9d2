"""The data plane repairs itself: on notification, and without one at the next resync."""

import pytest

from lab import wait_until
from lab.ping import reachable


def meshed(node, peers=2):
    return (len(node.routes(4)) == peers and len(node.routes(6)) == peers
            and len(node.fdb("weft.1")) == peers and len(node.fdb("weft-v6.1")) == peers
            and len(node.neighbours("weft.1", 4)) == peers and len(node.neighbours("weft-v6.1", 6)) == peers)


def delete_device(node):
    node.namespace.ip("link", "del", "weft.1")


def delete_v6_device(node):
    node.namespace.ip("link", "del", "weft-v6.1")


def set_down(node):
    node.namespace.ip("link", "set", "weft.1", "down")


def change_mac(node):
    node.namespace.ip("link", "set", "weft.1", "address", "02:00:00:00:00:01")


def change_mtu(node):
    node.namespace.ip("link", "set", "weft.1", "mtu", 1280)


def remake_with_learning(node):
    node.namespace.ip("link", "del", "weft.1")
    node.namespace.ip("link", "add", "weft.1", "type", "vxlan", "id", 1, "dstport", 8472, "learning", check=False)


def flush_routes(node):
    node.namespace.ip("route", "flush", "proto", "87")


def flush_v6_routes(node):
    node.namespace.ip("-6", "route", "flush", "proto", "87")


def flush_neighbours(node):
    node.namespace.ip("neigh", "flush", "dev", "weft.1", "nud", "permanent")


def delete_fdb(node):
    for entry in node.fdb("weft.1"):
        node.namespace.run("bridge", "fdb", "del", entry["mac"], "dev", "weft.1", "dst", entry["dst"], "self")


def remove_address(node):
    node.namespace.ip("address", "flush", "dev", "weft.1")


FAULTS = [delete_device, delete_v6_device, set_down, change_mac, change_mtu, remake_with_learning, flush_routes,
          flush_v6_routes, flush_neighbours, delete_fdb, remove_address]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda f: f.__name__)
def test_heals_on_notification(make_cluster, fault):
    """The resync is switched off in effect, so only a notification can have caused the repair."""
    cluster = make_cluster(3, daemon_flags=("--resync-period", "3600s")).start()
    a, b = cluster["n1"].attach("a"), cluster["n2"].attach("b")
    wait_until(lambda: meshed(cluster["n1"]), "n1 is meshed")
    before = cluster["n1"].namespace.ip_json("-d", "link", "show", "weft.1")[0]
    fault(cluster["n1"])

    def healed():
        if not cluster["n1"].namespace.has_link("weft.1") or not meshed(cluster["n1"]):
            return False
        link = cluster["n1"].namespace.ip_json("-d", "link", "show", "weft.1")[0]
        same = all(link[k] == before[k] for k in ("address", "mtu"))
        return same and "UP" in link["flags"] and link["linkinfo"]["info_data"]["learning"] is False
    wait_until(healed, fault.__name__, deadline=10)
    assert reachable(a, b.ip4) and reachable(a, b.ip6)


def test_a_deleted_firewall_table_is_back_after_a_resync(make_cluster):
    cluster = make_cluster(2, daemon_flags=("--resync-period", "1s")).start()
    node = cluster["n1"]
    node.namespace.run("nft", "delete", "table", "inet", "weft")
    wait_until(lambda: "masquerade" in node.namespace.run("nft", "list", "table", "inet", "weft", check=False).stdout,
               "the table is back", deadline=20)


def test_the_uplinks_mtu_is_followed(cluster):
    node = cluster["n1"]
    node.namespace.ip("link", "set", "eth0", "mtu", 1400)
    wait_until(lambda: node.namespace.ip_json("link", "show", "weft.1")[0]["mtu"] == 1350, "the device follows")
    wait_until(lambda: node.subnet_env().get("FLANNEL_MTU") == "1350", "subnet.env follows")


def test_a_new_uplink_address_is_published_and_peers_follow(cluster):
    node, peer = cluster["n1"], cluster["n2"]
    a, b = node.attach("a"), peer.attach("b")
    mac = node.namespace.ip_json("link", "show", "weft.1")[0]["address"]
    node.namespace.ip("address", "del", f"{node.ip4}/24", "dev", "eth0")
    node.namespace.ip("address", "add", "192.0.2.99/24", "dev", "eth0")
    node.namespace.ip("route", "replace", "default", "via", "192.0.2.1")
    wait_until(lambda: any(e["dst"] == "192.0.2.99" for e in peer.fdb()), "the peer sends to the new address")
    wait_until(lambda: not any(e["dst"] == node.ip4 for e in peer.fdb()), "the old entry is gone")
    wait_until(lambda: reachable(a, b.ip4, deadline=1), "pods reach each other")
    assert node.namespace.ip_json("link", "show", "weft.1")[0]["address"] == mac

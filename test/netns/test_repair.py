"""The data plane repairs itself: on notification, and without one at the next resync."""

import pathlib
import re

import pytest

from lab import wait_until
from lab.ping import reachable


def meshed(node, peers=2):
    return (len(node.routes(4)) == peers and len(node.routes(6)) == peers
            and len(node.fdb("weft.1")) == peers and len(node.fdb("weft-v6.1")) == peers
            and len(node.neighbours("weft.1", 4)) == peers and len(node.neighbours("weft-v6.1", 6)) == peers)


def held(node):
    """All that is Weft's in the kernel, as iproute2 shows it; None while a device is missing."""
    devices = ("weft.1", "weft-v6.1")
    if not all(node.namespace.has_link(device) for device in devices):
        return None
    links = [node.namespace.ip_json("-d", "link", "show", device)[0] for device in devices]
    addresses = [node.namespace.ip_json("address", "show", "dev", device)[0]["addr_info"] for device in devices]
    state = [[(link["address"], link["mtu"], "UP" in link["flags"],
               [link["linkinfo"]["info_data"].get(key) for key in ("id", "port", "link", "local", "local6", "learning")])
              for link in links],
             [[address["local"] for address in of_device] for of_device in addresses]]
    for device, family in zip(devices, (4, 6)):
        state.append(sorted((r["dst"], r["gateway"], r["dev"], r["metric"]) for r in node.routes(family)))
        state.append(sorted((e["mac"], e["dst"]) for e in node.fdb(device)))
        state.append(sorted((n["dst"], n["lladdr"]) for n in node.neighbours(device, family)))
    return state


def runs(node, trigger=""):
    return node.metric("weft_reconcile_runs_total", trigger and f'trigger="{trigger}"')


def wait_until_quiet(node):
    """What peers published last has been applied, and the notifications of that have been answered."""
    seen = [None]

    def same():
        seen.append(runs(node))
        return seen[-1] == seen[-2]
    wait_until(same, "no more runs", interval=0.5)


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


def flush_v6_neighbours(node):
    node.namespace.ip("-6", "neigh", "flush", "dev", "weft-v6.1", "nud", "permanent")


def delete_v6_fdb(node):
    for entry in node.fdb("weft-v6.1"):
        node.namespace.run("bridge", "fdb", "del", entry["mac"], "dev", "weft-v6.1", "dst", entry["dst"], "self")


def remake_with_another_vni(node):
    node.namespace.ip("link", "del", "weft.1")
    node.namespace.ip("link", "add", "weft.1", "type", "vxlan", "id", 9, "dstport", 8472, "nolearning", check=False)


def change_a_route(node):
    route = node.routes()[0]
    node.namespace.ip("route", "replace", route["dst"], "via", "10.244.255.254", "dev", "weft.1", "onlink",
                      "proto", "87", "metric", route["metric"])


def change_a_neighbour(node):
    address = node.neighbours()[0]["dst"]
    node.namespace.ip("neigh", "replace", address, "lladdr", "02:00:00:00:00:99", "dev", "weft.1", "nud", "permanent")


def remove_address(node):
    node.namespace.ip("address", "flush", "dev", "weft.1")


FAULTS = [delete_device, delete_v6_device, set_down, change_mac, change_mtu, remake_with_learning, flush_routes,
          flush_v6_routes, change_a_route, flush_neighbours, flush_v6_neighbours, change_a_neighbour, delete_fdb,
          delete_v6_fdb, remake_with_another_vni, remove_address]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda f: f.__name__)
def test_heals_on_notification(make_cluster, fault):
    """The resync is switched off in effect, so only a notification can have caused the repair."""
    cluster = make_cluster(3, daemon_flags=("--resync-period", "3600s")).start()
    node = cluster["n1"]
    a, b = node.attach("a"), cluster["n2"].attach("b")
    wait_until(lambda: meshed(node), "n1 is meshed")
    wait_until_quiet(node)
    before, snapshots = held(node), runs(node, "snapshot")
    fault(node)
    wait_until(lambda: held(node) == before, fault.__name__, deadline=10)
    assert runs(node, "snapshot") == snapshots, "nothing else can have repaired it"
    assert reachable(a, b.ip4) and reachable(a, b.ip6)


def firewall(node):
    return node.namespace.run("nft", "--stateless", "list", "table", "inet", "weft", check=False).stdout


FIREWALL_FAULTS = ["delete table inet weft", "flush ruleset", "flush chain inet weft postrouting",
                   "insert rule inet weft postrouting accept", "add table inet weft { flags dormant; }"]


@pytest.mark.parametrize("fault", FIREWALL_FAULTS, ids=lambda f: f.replace(" ", "-"))
def test_the_firewall_heals_on_notification(make_cluster, fault):
    node = make_cluster(1, daemon_flags=("--resync-period", "3600s")).start()["n1"]
    before = firewall(node)
    assert "masquerade" in before
    node.namespace.run("nft", fault)
    wait_until(lambda: firewall(node) == before, fault, deadline=5)
    assert node.metric("weft_firewall_replaces_total") == 2, "the one at start, and the repair"
    assert node.metric("weft_drift_repairs_total", 'object="firewall"') == 1


def test_another_programs_forward_policy_is_told_and_not_touched(make_cluster):
    """As Docker and strict firewalls have it: no accept of ours can overrule it."""
    cluster = make_cluster(2, daemon_flags=("--resync-period", "1s")).start()
    node = cluster["n1"]
    a, b = node.attach("a"), cluster["n2"].attach("b")
    node.namespace.run("nft", "add table ip filter; add chain ip filter FORWARD "
                              "{ type filter hook forward priority filter; policy drop; }")
    wait_until(lambda: "ip filter FORWARD" in node.admin("/readyz?verbose").stdout, "the health page names the chain")
    assert node.daemon.log().count("nft insert rule ip filter FORWARD") == 1
    assert not reachable(a, b.ip4, deadline=1), "or the warning would be wrong"
    for direction in ("saddr", "daddr"):
        node.namespace.run("nft", f"insert rule ip filter FORWARD ip {direction} 10.244.0.0/16 accept")
    assert reachable(a, b.ip4), "the remedy in the line is one"
    node.namespace.run("nft", "delete table ip filter")
    wait_until(lambda: "ip filter FORWARD" not in node.admin("/readyz?verbose").stdout, "it is over")


def test_a_busy_nft_user_does_not_wake_the_daemon(make_cluster):
    """As kube-proxy: tables with a chain and a rule a service, written again and again."""
    node = make_cluster(1, daemon_flags=("--resync-period", "3600s")).start()["n1"]

    def wakes():
        tasks = pathlib.Path(f"/proc/{node.daemon.pid}/task")
        thread = next(t for t in tasks.iterdir() if (t / "comm").read_text() == "weft-firewall\n")
        return int(re.search(r"^voluntary_ctxt_switches:\s+(\d+)", (thread / "status").read_text(), re.M)[1])
    lines = [f"add chain ip services svc-{i}\nadd rule ip services svc-{i} ip daddr 10.96.0.1 tcp dport 80 counter\n"
             for i in range(100)]
    node.namespace.run("nft", "-f", "-", input_text="add table ip services\n" + "".join(lines))
    before = wakes()
    for _ in range(50):
        node.namespace.run("nft", "-f", "-", input_text="flush table ip services\n" + "".join(lines))
    assert wakes() - before <= 5, "a heartbeat every five seconds, and nothing else"
    assert node.metric("weft_firewall_replaces_total") == 1


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


def test_what_no_notification_tells_heals_at_the_next_resync(make_cluster):
    """The kernel does not say who puts a forwarding entry, so new ones are not listened to."""
    cluster = make_cluster(2, daemon_flags=("--resync-period", "1s")).start()
    node = cluster["n1"]
    wait_until(lambda: meshed(node, 1), "n1 is meshed")
    entry = node.fdb()[0]

    def runs(trigger):
        return node.metric("weft_reconcile_runs_total", f'trigger="{trigger}"')

    # Something else may be notified meanwhile (the start's own changes, a neighbour), and that run sees the damage too.
    for _ in range(10):
        notified, resynced = runs("notification"), runs("resync")
        node.namespace.run("bridge", "fdb", "replace", entry["mac"], "dev", "weft.1", "dst", "192.0.2.200", "self")
        wait_until(lambda: [e["dst"] for e in node.fdb()] == [entry["dst"]], "the entry is right again", 10)
        if runs("notification") == notified:
            break
    assert runs("notification") == notified
    assert runs("resync") > resynced

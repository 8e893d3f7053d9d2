"""What an operator relies on: debug, probes, metrics, cleanup, a changed uplink, a lost subnet."""

import json
import pathlib
import re
import signal

import pytest

from lab import Cluster, wait_until
from lab.ping import reachable

DATASETS = ["leases", "peers", "plan", "kernel", "firewall", "health", "pods"]
OPERATIONS = pathlib.Path(__file__).parents[2] / "docs" / "operations.md"


def documented(dataset):
    """The members that docs/operations.md names: "nodes[].node"."""
    table = OPERATIONS.read_text().split(f"\n### {dataset}\n")[1].split("\n### ")[0]
    return {name for row in re.findall(r"^\| (`[^|]*`) \|", table, re.M) for name in re.findall("`([^`]+)`", row)}


def members(value, path=""):
    if isinstance(value, dict):
        return {m for key, inner in value.items() for m in members(inner, f"{path}.{key}".lstrip("."))}
    if isinstance(value, list):
        return {m for inner in value for m in members(inner, f"{path}[]")}
    return {path}


@pytest.fixture
def lab():
    """Two nodes, ready and meshed."""
    with Cluster(nodes=2) as cluster:
        yield cluster.start()


def condition(lab, node):
    found = [c for c in lab.api.node(node).get("status", {}).get("conditions", []) if c["type"] == "NetworkUnavailable"]
    return found[0]["status"] if found else None


def test_every_dataset_has_text_and_documented_json(lab):
    node = lab["n1"]
    for dataset in DATASETS:
        assert node.weftd("debug", dataset, "--run-dir", node.run_dir).stdout
        assert members(node.debug(dataset)) - documented(dataset) == set()
    rows = {row["node"]: row for row in node.debug("leases")["nodes"]}
    assert rows["n1"]["state"] == "self" and rows["n2"]["state"] == "routed"
    assert rows["n2"]["public_ip"] == lab["n2"].ip4 and rows["n2"]["source"] == "claim" and int(rows["n2"]["rev"]) > 0
    assert [peer["verdict"] for peer in node.debug("peers")["peers"]] == ["routed"]
    assert node.debug("plan") == {"in_sync": True, "operations": []}
    assert len(node.debug("kernel")["links"]) == 2
    assert node.debug("firewall")["intact"]
    assert node.debug("health")["ready"]


def test_the_lease_table_from_the_cluster(lab):
    text = lab["n1"].weftd("debug", "leases", "--kubeconfig", lab.kubeconfig).stdout
    assert text.splitlines()[0].split() == ["NODE", "SUBNET", "IPV6-SUBNET", "PUBLIC-IP", "VTEP-MAC", "SOURCE", "REV", "STATE"]
    assert [line.split()[-1] for line in text.splitlines()[1:]] == ["leased", "leased"]


def test_probes_and_metrics(lab):
    node = lab["n1"]
    assert node.admin("/livez").stdout == "live\n"
    assert node.admin("/readyz?verbose").stdout.startswith("ready\nREPORTER")
    assert node.admin("/debug/leases").returncode != 0, "the lease table is not for every process of the host"
    assert node.metric("weft_peers") == 1 and node.metric("weft_api_connected") == 1
    assert node.metric("weft_lease_state") == 1
    node.namespace.ip("link", "delete", "weft.1")
    wait_until(lambda: node.metric("weft_drift_repairs_total") >= 4, "the repair is counted", 10)
    wait_until(lambda: condition(lab, "n1") == "False", "condition", 10)
    reasons = lambda: {e["reason"] for e in lab.api.request("GET", "/api/v1/namespaces/default/events")["items"]}
    wait_until(lambda: {"SubnetLeased", "DeviceRepaired"} <= reasons(), "events on the node", 10)


def test_a_new_uplink_address_is_published_at_once(lab):
    one, two = lab["n1"], lab["n2"]
    mac = one.namespace.ip_json("link", "show", "weft.1")[0]["address"]
    one.namespace.ip("address", "del", f"{one.ip4}/24", "dev", "eth0")
    one.namespace.ip("address", "add", "192.0.2.77/24", "dev", "eth0")
    one.namespace.ip("route", "replace", "default", "via", "192.0.2.1")
    wait_until(lambda: [e["dst"] for e in two.fdb()] == ["192.0.2.77"], "the peer sends to the new address", 10)
    assert one.namespace.ip_json("link", "show", "weft.1")[0]["address"] == mac, "the VTEP's MAC is kept"
    wait_until(lambda: one.debug("plan")["in_sync"], "in sync", 10)


def test_the_uplinks_mtu_is_followed(lab):
    node = lab["n1"]
    node.namespace.ip("link", "set", "eth0", "mtu", 1400)
    wait_until(lambda: node.namespace.ip_json("link", "show", "weft.1")[0]["mtu"] == 1350, "device", 10)
    wait_until(lambda: node.subnet_env()["FLANNEL_MTU"] == "1350", "subnet.env", 10)


def test_sigterm_leaves_the_data_plane(lab):
    node = lab["n1"]
    before = (node.routes(4), node.routes(6), node.fdb(), node.subnet_env())
    assert node.daemon.stop(deadline=2) == 0
    assert (node.routes(4), node.routes(6), node.fdb(), node.subnet_env()) == before
    assert node.namespace.run("nft", "list", "table", "inet", "weft").returncode == 0


def test_another_vni_leaves_no_old_device(lab):
    node = lab["n1"]
    node.daemon.stop()
    config = json.loads(lab.net_config_path.read_text())
    config["Backend"]["VNI"] = 7
    lab.net_config_path.write_text(json.dumps(config))
    node.start_daemon()
    node.wait_ready()
    assert node.namespace.has_link("weft.7") and not node.namespace.has_link("weft.1")


def test_a_claim_left_by_a_crash_is_judged_and_kept():
    with Cluster(nodes=1) as lab:
        lab.start_api()
        claim = {"v": 1, "uid": lab.api.node("n1")["metadata"]["uid"], "nonce": "0123456789abcdef",
                 "v4": "10.244.123.0/24", "v6": "fd00:10:244:123::/64"}
        lab.api.annotate("n1", **{"weft.network/claim": json.dumps(claim)})
        lab["n1"].start_daemon()
        lab["n1"].wait_ready()
        assert lab["n1"].subnet_env()["FLANNEL_SUBNET"] == "10.244.123.1/24"
        assert "weft.network/claim" not in lab.api.annotations("n1")
        assert lab["n1"].metric("weft_api_requests_total") > 0 and lab["n1"].debug("plan")["in_sync"]


@pytest.mark.parametrize("mode", ["ptp", "bridge"])
def test_a_subnet_lost_to_another_node_is_given_up_and_replaced(lab, mode):
    """Not before the last pod has gone, which a bridge's connected route does not tell."""
    node = lab["n1"]
    pod = node.attach("p1", mode=mode)
    lease = json.loads(lab.api.annotations("n1")["weft.network/lease"])
    node.daemon.signal(signal.SIGSTOP)
    lab.api.delete_node("n1")
    thief = lab.api.create_node("thief")
    lab.api.annotate("thief", **{"weft.network/lease": json.dumps({**lease, "uid": thief["metadata"]["uid"]})})
    lab.api.create_node("n1")
    node.daemon.signal(signal.SIGCONT)

    wait_until(lambda: condition(lab, "n1") == "True", "NetworkUnavailable", 20)
    wait_until(lambda: not node.namespace.has_link("weft.1"), "devices withdrawn", 10)
    assert node.subnet_env() == {} and list(node.cni_dir.iterdir()) == []
    assert node.admin("/readyz").returncode != 0 and node.admin("/livez").returncode == 0

    pod.detach()
    node.pods.clear()
    node.wait_ready(60)
    assert node.subnet_env()["FLANNEL_SUBNET"].split("/")[0] != lease["v4"].replace(".0/24", ".1")
    wait_until(lambda: condition(lab, "n1") == "False", "NetworkUnavailable=False", 10)


def test_cleanup_takes_ours_and_nothing_else(lab):
    node = lab["n1"]
    annotations = ("--node-annotations", "--node-name", "n1", "--kubeconfig", lab.kubeconfig)
    node.attach("p1").detach()
    assert node.cleanup(*annotations).returncode == 5, "refused while the daemon runs"
    node.namespace.ip("link", "add", "other.1", "type", "vxlan", "id", 99, "dstport", 4789, "dev", "eth0")
    node.namespace.ip("link", "add", "wp0", "type", "veth", "peer", "name", "wp1")
    node.namespace.ip("link", "add", "wp0123456789ab", "type", "bridge")
    node.namespace.ip("route", "add", "198.51.100.0/24", "dev", "eth0")
    node.namespace.run("nft", "add", "table", "inet", "other")
    (node.cni_dir / "10-other.conflist").write_text("{}")
    node.daemon.stop()
    text = node.cleanup(*annotations).stdout
    assert "removed link weft.1" in text and "removed nft table inet weft" in text
    assert not node.namespace.has_link("weft.1") and not node.namespace.has_link("weft-v6.1")
    assert node.routes(4) == [] and node.routes(6) == [] and not node.run_dir.exists()
    assert "weft" not in node.namespace.run("nft", "list", "tables").stdout
    assert not any(key.startswith("weft.network/") for key in lab.api.annotations("n1"))
    assert all(node.namespace.has_link(name) for name in ("other.1", "wp0", "wp1", "wp0123456789ab"))
    assert "198.51.100.0/24" in node.namespace.ip("route")
    assert node.namespace.run("nft", "list", "table", "inet", "other").returncode == 0
    assert [path.name for path in node.cni_dir.iterdir()] == ["10-other.conflist"]
    assert node.cleanup().stdout == "nothing of Weft's is here\n"


def test_cleanup_leaves_attached_pods_alone_unless_told(lab):
    node = lab["n1"]
    a, b = node.attach("a"), node.attach("b")
    node.daemon.stop()
    text = node.cleanup().stdout
    assert "kept the links of 2 pods" in text and "--pods" in text
    assert reachable(a, b.ip4) and reachable(a, b.ip6), "pods of this node reach each other"
    a.detach()
    text = node.cleanup("--pods").stdout
    assert text.count("removed link wp") == 1 and "kept" not in text
    assert not [link for link in node.namespace.ip_json("link", "show") if link["ifname"].startswith("wp")]
    assert "proto 88" not in node.namespace.ip("route") + node.namespace.ip("-6", "route")
    assert not node.run_dir.exists()
    b.detach()  # the runtime does not know


def test_cleanup_takes_the_plugins_gateways_from_a_bridge(lab):
    node = lab["n1"]
    node.namespace.ip("link", "add", "br7", "type", "bridge")
    node.namespace.ip("address", "add", "172.17.0.1/16", "dev", "br7")
    pod = node.attach("a", mode="bridge", bridge="br7")
    pod.detach()
    node.daemon.stop()
    text = node.cleanup().stdout
    assert "kept bridge br7" in text
    held = [f"{a['local']}/{a['prefixlen']}" for link in node.namespace.ip_json("address", "show", "dev", "br7")
            for a in link["addr_info"] if a["scope"] == "global"]
    assert held == ["172.17.0.1/16"]

"""The pods' firewall, inet weft-pods: the daemon puts back what others take away, and gives up no fight."""

import re
import threading
import time

import pytest

from lab import wait_until
from lab.ping import reachable
from lab.tcp import Service, answers, wait_for_answer

PORTS = {"portMappings": [{"hostPort": 8080, "containerPort": 80, "protocol": "tcp"},
                          {"hostPort": 5353, "containerPort": 53, "protocol": "udp"}]}
# The sweep is switched off in effect, so only a notification can have caused a repair.
NOTIFIED = ("--ledger-sweep-period", "1h", "--resync-period", "1h")


def nft(node, command, check=True):
    return node.namespace.run("nft", command, check=check).stdout


def table(node):
    """The elements with their order, which is no promise of the kernel's, taken out."""
    listing = node.namespace.run("nft", "--stateless", "list", "table", "inet", "weft-pods", check=False).stdout
    return sorted(re.findall(r"[^\s,{}=]+", listing))


def repairs(node):
    return node.metric("weft_drift_repairs_total", 'object="pod-table"')


def counted(node, counter):
    listing = nft(node, f"list counter inet weft-pods {counter}", check=False)
    found = re.search(r"packets (\d+)", listing)
    return int(found[1]) if found else -1


def web(node):
    """A pod with hostPorts that is older than what counts as an ADD at work."""
    pod = node.attach("web", runtimeConfig=PORTS)
    wait_until(lambda: any(row.get("age_seconds", 0) >= 2 for row in node.debug("pods")["pods"]), "it is two seconds old")
    return pod


FAULTS = ["flush ruleset", "delete table inet weft-pods", "flush map inet weft-pods ports4",
          "delete element inet weft-pods ports4 { udp . 5353 }", "flush chain inet weft-pods from_pods"]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda f: f.replace(" ", "-"))
def test_what_is_taken_away_comes_back_on_notification(make_cluster, fault):
    cluster = make_cluster(1, daemon_flags=NOTIFIED).start()
    node = cluster["n1"]
    pod = web(node)
    before = table(node)
    assert "8080" in before and "fib" in before
    with Service(pod, pod.ip4, 80):
        wait_for_answer(cluster.underlay, node.ip4, 8080, 15)
        nft(node, fault)
        wait_until(lambda: table(node) == before, fault, deadline=10)
        assert answers(cluster.underlay, node.ip4, 8080) and answers(node.namespace, node.ip4, 8080)
    pod.ip("address", "add", "198.51.100.7/32", "dev", "eth0")
    spoofed = counted(node, "spoofed")
    pod.run("ping", "-c", "1", "-W", "1", "-I", "198.51.100.7", "192.0.2.1", check=False)
    assert counted(node, "spoofed") == spoofed + 1
    assert repairs(node) >= 1 and node.daemon.log().count("the pods' firewall is repaired") == 1


def test_pods_on_a_bridge_are_checked_again_on_notification(make_cluster):
    cluster = make_cluster(1, daemon_flags=NOTIFIED).start()
    node = cluster["n1"]
    pod = node.attach("web", mode="bridge", runtimeConfig=PORTS)

    def checks():
        return node.namespace.run("nft", "--stateless", "list", "table", "bridge", "weft-pods", check=False).stdout
    before = checks()
    assert pod.ip4 in before and pod.ip6 in before
    for fault in ("flush ruleset", "delete table bridge weft-pods", "flush set bridge weft-pods sources6"):
        nft(node, fault)
        wait_until(lambda: len(checks()) == len(before), fault, deadline=10)
        assert reachable(pod, "192.0.2.1") and reachable(pod, "2001:db8::1")
    with Service(pod, pod.ip4, 80):
        wait_for_answer(cluster.underlay, node.ip4, 8080, 15)


def test_a_lost_table_comes_back_at_start_and_at_the_sweep(make_cluster):
    node = make_cluster(1, daemon_flags=("--ledger-sweep-period", "1s")).start()["n1"]
    web(node)
    before = table(node)
    node.daemon.stop()
    nft(node, "flush ruleset")
    node.start_daemon()
    wait_until(lambda: table(node) == before, "back at start", 30)
    node.wait_ready()
    # New elements are not listened to: the plugin adds some with every pod.
    nft(node, "add element inet weft-pods ports4 { tcp . 9090 : 10.244.99.99 . 90 }")
    wait_until(lambda: table(node) == before, "the element of no pod is gone with the sweep")


def test_pods_that_come_and_go_are_no_damage(make_cluster):
    node = make_cluster(1, daemon_flags=("--ledger-sweep-period", "1s")).start()["n1"]
    kept = web(node)

    def churn(worker):
        for round_ in range(6):
            ports = {"portMappings": [{"hostPort": 9000 + worker, "containerPort": 80, "protocol": "tcp"}]}
            node.attach(f"w{worker}r{round_}", runtimeConfig=ports).detach()
    workers = [threading.Thread(target=churn, args=(worker,)) for worker in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert reachable(node.namespace, kept.ip4)
    listing = " ".join(table(node))
    assert "8080" in listing and not re.search(r"\b900\d\b", listing)
    assert node.daemon.log().count("the pods' firewall cannot be repaired") == 0


def fight(node, name, seconds):
    """Deletes the table whenever it is there; how often."""
    script = f"end=$((SECONDS+{seconds})); n=0; while [ $SECONDS -lt $end ]; do " \
             f"nft delete table inet {name} 2>/dev/null && n=$((n+1)); sleep 0.02; done; echo $n"
    return int(node.namespace.run("bash", "-c", script, timeout=seconds + 30).stdout)


@pytest.mark.parametrize("name,object_,line", [("weft-pods", "pod-table", "the pods' firewall is repaired"),
                                               ("weft", "firewall", "firewall repaired")])
def test_a_fight_over_a_table_is_slow_and_quiet(make_cluster, name, object_, line):
    node = make_cluster(1, daemon_flags=NOTIFIED).start()["n1"]
    web(node)
    begin = time.monotonic()
    lost = fight(node, name, 8)
    assert 1 <= lost <= 40, "one every tenth of a second would be eighty, and about ten are expected"
    wait_until(lambda: node.metric("weft_drift_repairs_total", f'object="{object_}"') >= lost, "all are counted")
    lines = node.daemon.log().count(line)
    assert 1 <= lines <= 1 + (time.monotonic() - begin) // 60, "one a minute"
    wait_until(lambda: f"table inet {name} {{" in nft(node, "list ruleset"), "it is there in the end")

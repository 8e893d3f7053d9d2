"""A daemon may end at any moment and start again: nothing is lost, nothing stale stays."""

import json
import random
import time

from lab import wait_until
from lab.ping import Flow, reachable


def test_kill_at_random_moments_loses_no_packet_of_a_running_flow(cluster):
    node = cluster["n1"]
    a, b = node.attach("a"), cluster["n2"].attach("b")
    flows = [Flow(a, b.ip4), Flow(b, a.ip6)]
    pick = random.Random(50)
    for _ in range(50):
        # Not a wait for something: the moment of the kill is what varies, from before main() to a ready daemon.
        time.sleep(pick.uniform(0, 0.3))
        node.daemon.kill()
        node.start_daemon()
    node.wait_ready()
    for flow in flows:
        sent, lost = flow.finish()
        assert sent > 100
        assert lost == 0, f"{lost} of {sent} lost"


def test_the_lease_is_kept_over_a_restart(cluster):
    node = cluster["n1"]
    before = cluster.api.annotations("n1")["weft.network/lease"]
    mac = node.namespace.ip_json("link", "show", "weft.1")[0]["address"]
    index = node.namespace.ip_json("link", "show", "weft.1")[0]["ifindex"]
    node.daemon.kill()
    node.start_daemon()
    node.wait_ready()
    assert json.loads(cluster.api.annotations("n1")["weft.network/lease"])["v4"] == json.loads(before)["v4"]
    link = node.namespace.ip_json("link", "show", "weft.1")[0]
    assert (link["address"], link["ifindex"]) == (mac, index), "the device was not touched"


def test_a_peer_removed_while_the_daemon_was_down_leaves_nothing_stale(cluster):
    node = cluster["n1"]
    node.daemon.kill()
    cluster["n3"].daemon.kill()
    cluster.api.delete_node("n3")
    node.start_daemon()
    node.wait_ready()
    wait_until(lambda: len(node.routes(4)) == 1 and len(node.routes(6)) == 1, "n3's routes are gone")
    wait_until(lambda: len(node.fdb()) == 1 and len(node.neighbours()) == 1, "n3's entries are gone")


def test_the_api_server_gone_for_minutes_changes_nothing_and_its_return_converges(cluster):
    """Longer than every deadline, backoff and watchdog but the three-minute silence, which needs a connection."""
    one, two = cluster["n1"], cluster["n2"]
    a, b = one.attach("a"), two.attach("b")
    flow = Flow(a, b.ip4)

    def routes():
        return [node.routes(family) for node in (one, two) for family in (4, 6)]
    before = routes()
    lines = one.daemon.log().count("\n")
    cluster.api.request("POST", "/test/refuse?ms=130000")
    back = time.monotonic() + 130
    two.daemon.kill()
    two.start_daemon()
    one.namespace.ip("-6", "route", "del", one.routes(6)[0]["dst"])
    wait_until(lambda: routes() == before, "repaired without an API server")
    assert reachable(two.attach("late"), a.ip4), "and pods are attached"
    time.sleep(back - time.monotonic())  # the length of the outage is the subject
    assert routes() == before
    assert one.admin("/livez").returncode == 0
    assert one.admin("/readyz").returncode == 0, "the node can do all it has to"
    assert one.daemon.log().count("\n") - lines < 20, "an outage does not fill the log"
    fourth = cluster.add_node("n4", 4)
    cluster.api.create_node("n4")
    fourth.start_daemon()
    fourth.wait_ready()
    two.wait_ready()
    for node in (one, two):
        wait_until(lambda: len(node.routes()) == 3, f"{node.name} routes to the new node")
    sent, lost = flow.finish()
    assert lost == 0, f"{lost} of {sent} lost"

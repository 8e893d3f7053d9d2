"""The node's own addresses: what ended pods leave behind comes back, and living pods never notice."""

import json
import random
import signal
import subprocess
import threading

import pytest

from lab import Cluster, wait_until
from lab.net import CommandFailed, Namespace
from lab.ping import Flow, reachable
from lab.pod import Pod

# Also how long an entry may be without its link.
SWEEP = ("--ledger-sweep-period", "1s")


@pytest.fixture
def node():
    with Cluster(nodes=1, daemon_flags=SWEEP) as cluster:
        yield cluster.start()["n1"]


def pods(node, *flags):
    return json.loads(node.weftd("debug", "pods", "--json", "--run-dir", node.run_dir, *flags).stdout)["pods"]


def addresses(node):
    return {path.name for path in (node.run_dir / "cni" / "addresses").iterdir()}


def host_link(node, pod):
    return next(row["link"] for row in pods(node) if row.get("container") == pod.container_id)


def pod_links(node):
    return {link["ifname"] for link in node.namespace.ip_json("link", "show", "type", "veth") if link["ifname"].startswith("wp")}


def test_a_pod_that_vanished_gives_its_addresses_back(node):
    kept, gone = node.attach("kept"), node.attach("gone")
    wait_until(lambda: node.metric("weft_pods") == 2, "both pods are counted", 10)
    node.namespace.ip("link", "delete", host_link(node, gone))
    wait_until(lambda: addresses(node) == set(kept.addresses()), "the addresses are free again", 10)
    assert reachable(node.namespace, kept.ip4) and reachable(node.namespace, kept.ip6)
    wait_until(lambda: node.metric("weft_ledger_swept_total", 'state="link-gone"') == 1, "counted", 5)
    assert node.metric("weft_ledger_swept_total") == 1 and node.metric("weft_pods") == 1
    line = next(line for line in node.daemon.log().splitlines() if "addresses taken back" in line)
    assert gone.ip4 in line and gone.container_id in line and f"default/{gone.name}" in line


def test_debug_pods_needs_no_daemon(node):
    kept, gone = node.attach("kept"), node.attach("gone")
    node.daemon.kill()
    link = host_link(node, gone)
    node.namespace.ip("link", "delete", link)
    rows = {row["container"]: row for row in pods(node)}
    assert rows[kept.container_id]["state"] == "attached" and not rows[kept.container_id]["swept"]
    assert rows[kept.container_id]["addresses"] == kept.addresses() and rows[kept.container_id]["pod"] == kept.name
    assert rows[gone.container_id]["state"] == "attaching", "the command cannot know that it was attached before"
    (node.run_dir / "cni" / "attachments" / f"{gone.container_id}:eth0").write_text("torn")
    leaks = pods(node, "--leaks")
    assert [(row["container"], row["state"], row["link"]) for row in leaks] == [(gone.container_id, "unreadable", link)]
    text = node.weftd("debug", "pods", "--leaks", "--run-dir", node.run_dir).stdout
    assert "to be swept: no link has its name" in text
    node.start_daemon()
    wait_until(lambda: addresses(node) == set(kept.addresses()), "swept at start", 20)
    assert node.weftd("debug", "pods", "--leaks", "--run-dir", node.run_dir).stdout.startswith("nothing to sweep")


def test_adds_killed_at_any_moment_leave_nothing_for_good(node):
    kept = node.attach("kept")
    dice = random.Random(7)
    for number in range(40):
        sandbox = Namespace(f"killed-{number}")
        env = {"CNI_COMMAND": "ADD", "CNI_CONTAINERID": f"killed{number}", "CNI_NETNS": sandbox.path,
               "CNI_IFNAME": "eth0", "CNI_PATH": "/nowhere"}
        plugin = subprocess.Popen(node.namespace.command(node.cluster.binaries.plugin), env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", **env},
                                  stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        plugin.stdin.write(json.dumps(node.cni_config()).encode())
        plugin.stdin.close()
        try:
            plugin.wait(dice.uniform(0.001, 0.02))  # any moment will do
        except subprocess.TimeoutExpired:
            plugin.send_signal(signal.SIGKILL)
            plugin.wait()
        if dice.random() < 0.5:
            sandbox.delete()  # the pod goes, and no DEL comes
    wait_until(lambda: not pods(node, "--leaks"), "no leaks", 20)
    living = [row for row in pods(node) if row["state"] == "attached"]
    assert wait_until(lambda: addresses(node) == {a for row in living for a in row["addresses"]}, "only living pods have addresses", 20)
    assert wait_until(lambda: pod_links(node) == {row["link"] for row in living}, "only living pods have links", 20)
    assert reachable(node.namespace, kept.ip4)


def attach_as_runtimes_do(pod, refusals):
    """ADD again where the answer is 11: on a busy machine one takes longer than this daemon's second, and is refused."""
    while True:
        try:
            return pod.attach()
        except CommandFailed as failed:
            if '"code":11,' not in str(failed):
                raise
            refusals.append(str(failed))


def test_sweeps_touch_no_living_pod(node):
    """Eight loops of ADD and DEL beside the sweeps; a pod that stays loses no packet."""
    kept = node.attach("kept")
    flow = Flow(node.namespace, kept.ip4)
    failures, refusals = [], []

    def churn(worker):
        for round_ in range(12):
            try:
                pod = attach_as_runtimes_do(Pod(node, f"w{worker}r{round_}"), refusals)
                if not reachable(node.namespace, pod.ip4):
                    failures.append(f"{pod.container_id} does not answer")
                pod.detach()
            except Exception as error:  # told below, by the thread that may fail the test
                failures.append(repr(error))

    workers = [threading.Thread(target=churn, args=(worker,)) for worker in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert not failures
    sent, lost = flow.finish()
    assert sent > 10 and lost == 0
    assert addresses(node) == set(kept.addresses())
    assert node.metric("weft_ledger_swept_total") == len(refusals), "what was taken back was told to its ADD"

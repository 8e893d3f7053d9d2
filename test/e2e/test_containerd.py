"""A real container runtime calls the plugin: Debian's containerd, asked through the CRI as kubelets ask, and `ctr`."""

import concurrent.futures

import pytest

from lab import Cluster, box_image, wait_until
from lab.containerd import Containerd
from lab.net import run
from lab.ping import reachable
from lab.sandbox import Sandbox
from lab.tcp import Service, answers


@pytest.fixture
def runtime():
    """containerd on the first of two nodes."""
    with Cluster(nodes=2, daemon_flags=("--ledger-sweep-period", "1s")) as cluster:
        with Containerd(cluster.start()["n1"]) as containerd:
            yield containerd


def ledger(node):
    return sorted(entry.name for entry in (node.run_dir / "cni" / "addresses").iterdir())


def pod_links(node):
    return [link["ifname"] for link in node.namespace.ip_json("link", "show", "type", "veth")
            if link["ifname"] != "eth0"]


def test_a_pods_life(runtime):
    node = runtime.node
    far = node.cluster["n2"].attach("far")
    pod = Sandbox(runtime, "a")
    four, six = pod.addresses()
    assert sorted([four, six]) == ledger(node)
    for address in (far.ip4, far.ip6, node.ip4, "127.0.0.1"):
        assert reachable(pod, address)
    assert reachable(far, four) and reachable(far, six)
    runtime.crictl("stopp", pod.id)
    assert ledger(node) == [] and pod_links(node) == []


def test_host_ports_and_bandwidth(runtime):
    node = runtime.node
    pod = Sandbox(runtime, "web", port_mappings=[{"container_port": 80, "host_port": 8080, "protocol": 0}],
                  annotations={"kubernetes.io/ingress-bandwidth": "80M", "kubernetes.io/egress-bandwidth": "16M"})
    for own, outer in zip(sorted(pod.addresses(), key=len), (node.ip4, node.ip6)):
        with Service(pod, own, 80):
            assert answers(node.cluster["n2"].namespace, outer, 8080)
    assert "16Mbit" in pod.run("tc", "qdisc", "show", "dev", "eth0").stdout


def in_parallel(work, items):
    """As a kubelet does, eight at once."""
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        return list(pool.map(work, items))


def test_a_hundred_pods_eight_at_once(runtime):
    node = runtime.node
    pods = in_parallel(lambda number: Sandbox(runtime, f"p{number}"), range(100))
    addresses = [address for pod in pods for address in pod.addresses()]
    assert sorted(set(addresses)) == sorted(addresses) == ledger(node)
    first = pods[0]
    assert all(reachable(first, address) for pod in pods[1:] for address in pod.addresses())
    in_parallel(Sandbox.remove, pods)
    assert ledger(node) == [] and pod_links(node) == []


def test_a_runtime_killed_in_the_middle_of_its_work_leaves_nothing_for_good(runtime):
    """It sends DEL for what it finds half made, and knows nothing of some. (Releases that never send it: test_pods.py)"""
    node = runtime.node
    kept = Sandbox(runtime, "kept")
    for attempt in range(3):
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            for number in range(8):
                pool.submit(runtime.crictl, "runp", runtime.write_pod(f"lost{attempt}{number}"), check=False)
            wait_until(lambda: len(ledger(node)) > 2, "an ADD is under way")
            runtime.process.kill()
        runtime.start()
        for pod in runtime.crictl("pods", "-q").stdout.split():
            if pod != kept.id:
                runtime.crictl("rmp", "-f", pod)
    wait_until(lambda: ledger(node) == sorted(kept.addresses()) and len(pod_links(node)) == 1, "only the pod that was kept is left")
    assert reachable(kept, node.ip4)


def test_a_reboot(runtime):
    """Namespaces, links and /run are gone; what containerd and the kubelet keep on disk is there."""
    node = runtime.node
    before = [Sandbox(runtime, name) for name in ("a", "b")]
    runtime.process.kill()
    node.daemon.kill()
    runtime.reboot()
    node.reboot()
    node.start_daemon()
    node.wait_ready()
    runtime.start()
    fresh = Sandbox(runtime, "c")
    for pod in before:
        pod.remove()
    assert ledger(node) == sorted(fresh.addresses())
    assert reachable(fresh, node.cluster["n2"].ip4)


def test_ctr_with_its_own_network_setup(runtime):
    """`ctr run --cni` has fixed directories, and calls the plugins itself."""
    node = runtime.node
    mounts = (f"mount -t tmpfs none /etc && mkdir -p /etc/cni && ln -s {node.cni_dir} /etc/cni/net.d && "
              f"mount -t tmpfs none /opt && mkdir /opt/cni && ln -s {runtime.plugins} /opt/cni/bin && exec \"$@\"")
    ran = run("unshare", "--mount", "bash", "-c", mounts, "bash",
              *runtime.ctr_command("run", "--rm", "--cni", "--snapshotter", "native", "--runc-binary", runtime.runc,
                                   box_image.NAME, "one", "/bin/busybox", "ping", "-c", "1", "-W", "5", node.ip4))
    assert "1 packets received" in ran.stdout
    assert ledger(node) == []

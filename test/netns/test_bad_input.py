"""What a person can get wrong: one clear line with the remedy, the right exit code or a retry, and nothing lost."""

import json
import subprocess

import pytest

from lab import Cluster, wait_until

USAGE, CONFIGURATION, PERMISSION, ALREADY_RUNNING, UNAVAILABLE = 2, 3, 4, 5, 6
NO_NET_ADMIN = ("setpriv", "--bounding-set", "-net_admin", "--inh-caps", "-net_admin")


@pytest.fixture
def lab():
    with Cluster(nodes=2) as cluster:
        cluster.write_kubeconfig(cluster.api.url)
        yield cluster


def ended(node, *argv):
    """Exit code and the one line of a process that ends by itself."""
    done = node.namespace.run(*argv, check=False, timeout=20)
    lines = [line for line in done.stderr.splitlines() if "level=error" in line or line.startswith("weftd: ")]
    assert len(lines) == 1, done.stderr
    return done.returncode, lines[0]


def logged(node, text, deadline=15):
    """The daemon runs on, has written `text` once, is live and not ready."""
    wait_until(lambda: text in node.daemon.log(), f"{text!r} in the log", deadline)
    assert node.daemon.running
    wait_until(lambda: node.admin("/livez").returncode == 0, "live", 5)
    assert node.admin("/readyz").returncode != 0
    assert sum(text in line for line in node.daemon.log().splitlines()) == 1


def net_conf(lab, text):
    path = lab.directory / "other-net-conf.json"
    path.write_text(text)
    return "--net-config-path", path


@pytest.mark.parametrize("flags, part", [
    (["--bogus"], "--bogus"),
    (["--lease-source", "etcd"], "none of auto, claim, podcidr"),
    (["--public-ip", "300.0.0.1"], "300.0.0.1"),
    (["--node-name", ""], "NODE_NAME"),
])
def test_wrong_flags(lab, flags, part):
    code, line = ended(lab["n1"], *lab["n1"].daemon_argv(*flags))
    assert code == USAGE and part in line and "--help" in line


@pytest.mark.parametrize("text, part", [
    ('{"Network": ', "line 1"),
    ('{"Network": "10.244.0.0/33"}', "0 to 32"),
    ('{"Network": "10.244.0.0/16", "SubnetLen": 40}', "SubnetLen"),
    ('{"Network": "10.244.0.0/16", "Backend": {"Type": "udp"}}', "vxlan or host-gw"),
])
def test_bad_net_conf(lab, text, part):
    code, line = ended(lab["n1"], *lab["n1"].daemon_argv(*net_conf(lab, text)))
    assert code == CONFIGURATION and part in line and "other-net-conf.json" in line


def test_missing_files(lab):
    code, line = ended(lab["n1"], *lab["n1"].daemon_argv("--net-config-path", "/nonexistent"))
    assert code == CONFIGURATION and "--net-config-path" in line
    code, line = ended(lab["n1"], *lab["n1"].daemon_argv("--kubeconfig", "/nonexistent"))
    assert code == CONFIGURATION and "/nonexistent" in line


def test_no_net_admin(lab):
    code, line = ended(lab["n1"], *NO_NET_ADMIN, *lab["n1"].daemon_argv())
    assert code == PERMISSION and "CAP_NET_ADMIN" in line


def test_run_directory_that_cannot_be_made(lab):
    code, line = ended(lab["n1"], *lab["n1"].daemon_argv("--run-dir", "/proc/weft"))
    assert code == PERMISSION and "--run-dir" in line


def test_second_daemon_is_told_the_first_ones_pid(lab):
    first = lab["n1"].start_daemon()
    wait_until(lambda: "weftd starts" in first.log(), "first daemon up", 10)
    code, line = ended(lab["n1"], *lab["n1"].daemon_argv("--run-dir", lab.directory / "elsewhere"))
    assert code == ALREADY_RUNNING and f"pid {first.pid}" in line
    assert first.running


def test_no_api_server_is_waited_for(lab):
    node = lab["n1"]
    node.start_daemon()
    logged(node, "Connection refused")
    lab.start_api()
    node.wait_ready()
    assert "the API server answers again" in node.daemon.log()


def test_wrong_ca(lab):
    tls = lab.directory / "tls"
    node, argv = lab["n1"], [lab.binaries.api_server, "--listen", "192.0.2.1:6444", "--tls-dir", tls]
    server = subprocess.Popen(lab.underlay.command(*argv), stdout=subprocess.DEVNULL)
    try:
        wait_until((tls / "ca.crt").exists, "API server with TLS", 10)
        other = lab.directory / "other-ca.crt"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=other",
                        "-keyout", "/dev/null", "-out", other], check=True, capture_output=True)
        lab.write_kubeconfig("https://192.0.2.1:6444", cluster_fields={"certificate-authority": str(other)})
        node.start_daemon()
        logged(node, "certificate")
    finally:
        server.kill()
        server.wait()


@pytest.mark.parametrize("token, part", [("unknown", "Unauthorized"), ("mortal", "watch nodes")])
def test_refused_by_the_api_server(lab, token, part):
    """401 and 403 name the verb and the resource."""
    lab.start_api()
    lab.api.request("POST", "/test/users?token=mortal&name=mortal&allow=get:nodes")
    lab.write_kubeconfig(lab.api.url, user={"token": token})
    lab["n1"].start_daemon()
    logged(lab["n1"], part)


def test_no_uplink_then_one(lab):
    lab.start_api()
    node = lab["n1"]
    for family in ("-4", "-6"):
        node.namespace.ip(family, "route", "del", "default")
    node.start_daemon()
    logged(node, "no IPv4 default route to find the uplink by: name it with --iface")
    node.namespace.ip("route", "add", "default", "via", "192.0.2.1")
    node.wait_ready()


def test_network_that_overlaps_the_uplink(lab):
    lab.start_api()
    lab["n1"].start_daemon(*net_conf(lab, '{"Network": "192.0.0.0/16"}'))
    logged(lab["n1"], "choose another pod network")


def test_exhausted_network_then_a_free_block(lab):
    lab.start_api()
    one_block = {"Network": "10.244.0.0/24", "SubnetLen": 25, "SubnetMin": "10.244.0.0", "SubnetMax": "10.244.0.0"}
    flags = net_conf(lab, json.dumps(one_block))
    lab["n1"].start_daemon(*flags)
    lab["n1"].wait_ready()
    lab["n2"].start_daemon(*flags)
    logged(lab["n2"], "delete Nodes that are gone")
    lab["n1"].daemon.stop()
    lab.api.delete_node("n1")
    lab["n2"].wait_ready(90)


def test_read_only_disk_under_subnet_env(lab):
    lab.start_api()
    node, disk = lab["n1"], lab.directory / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", disk], check=True)
    try:
        old = disk / "subnet.env"
        old.write_text("FLANNEL_NETWORK=10.244.0.0/16\nFLANNEL_SUBNET=10.244.9.1/24\nFLANNEL_MTU=1450\n")
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        node.start_daemon("--subnet-file", old)
        logged(node, "Read-only file system")
        assert "10.244.9.1/24" in old.read_text()
        assert list(node.cni_dir.iterdir()) == []
        # `ip netns exec` gave the daemon a mount namespace of its own.
        subprocess.run(["nsenter", "-t", str(node.daemon.pid), "-m", "mount", "-o", "remount,rw", disk], check=True)
        node.wait_ready()
        assert "10.244.9.1/24" in old.read_text(), "what the node had before is what it asks for"
    finally:
        subprocess.run(["umount", disk], check=True)


def test_debug_without_a_daemon(lab):
    code, line = ended(lab["n1"], lab.binaries.daemon, "debug", "leases", "--run-dir", "/run/nowhere")
    assert code == UNAVAILABLE and "--run-dir" in line

"""What a person can type wrong: one clear line with the remedy and the right exit code."""

import pytest

from lab import wait_until
from lab.told import (ALREADY_RUNNING, CONFIGURATION, NO_NET_ADMIN, PERMISSION, UNAVAILABLE, USAGE, ended, net_conf,
                      use_token)


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


def test_debug_without_a_daemon(lab):
    code, line = ended(lab["n1"], lab.binaries.daemon, "debug", "leases", "--run-dir", "/run/nowhere")
    assert code == UNAVAILABLE and "--run-dir" in line


def test_debug_that_may_not_use_the_socket(lab):
    node = lab["n1"]
    node.start_daemon()
    socket = node.run_dir / "weftd.sock"
    wait_until(socket.exists, "the daemon's socket", 10)
    assert socket.stat().st_mode & 0o777 == 0o600
    socket.chmod(0)
    no_override = ("setpriv", "--bounding-set", "-dac_override", "--inh-caps", "-dac_override")
    code, line = ended(node, *no_override, lab.binaries.daemon, "debug", "health", "--run-dir", node.run_dir)
    assert code == PERMISSION and "run as root" in line


def test_debug_with_a_wrong_kubeconfig(lab):
    ask = [lab.binaries.daemon, "debug", "leases", "--kubeconfig"]
    code, line = ended(lab["n1"], *ask, "/nonexistent")
    assert code == CONFIGURATION and "/nonexistent" in line and "--kubeconfig" in line
    code, line = ended(lab["n1"], *ask, lab.kubeconfig)
    assert code == UNAVAILABLE and "Connection refused" in line
    use_token(lab, "mortal", without="list:nodes")
    code, line = ended(lab["n1"], *ask, lab.kubeconfig)
    assert code == UNAVAILABLE and 'grant the verb "list" on "nodes"' in line


def test_cleanup_without_net_admin(lab):
    code, line = ended(lab["n1"], *NO_NET_ADMIN, lab.binaries.daemon, "cleanup", "--run-dir", lab["n1"].run_dir,
                       "--cni-conf-dir", lab["n1"].cni_dir)
    assert code == PERMISSION and "CAP_NET_ADMIN" in line

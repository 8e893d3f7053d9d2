"""What can be wrong with the cluster: one clear line with the remedy, waited for, and nothing lost."""

import json
import signal
import subprocess
import time

import pytest

from lab import wait_until
from lab.told import RIGHTS, logged, net_conf, use_token


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


def test_a_token_that_is_not_accepted(lab):
    use_token(lab, "unknown")
    lab["n1"].start_daemon()
    logged(lab["n1"], "unauthorized: the API server does not accept the token")


@pytest.mark.parametrize("missing", ["get:nodes", "watch:nodes", "patch:nodes/status"])
def test_a_right_that_is_missing_is_named_and_waited_for(lab, missing):
    use_token(lab, "mortal", without=missing)
    node, (verb, resource) = lab["n1"], missing.split(":")
    node.start_daemon()
    logged(node, f'grant the verb \\"{verb}\\" on \\"{resource}\\" in the ClusterRole weft')
    lab.api.request("POST", f"/test/users?token=mortal&name=mortal&allow={','.join(RIGHTS)}")
    node.wait_ready(60)


def test_events_that_may_not_be_posted_stop_nothing(lab):
    use_token(lab, "mortal", without="create:events")
    node = lab["n1"]
    node.start_daemon()
    node.wait_ready()
    told = 'grant the verb \\"create\\" on \\"events\\"'
    wait_until(lambda: told in node.daemon.log(), "the missing right is named", 10)


def event_text(lab, reason):
    events = lab.api.request("GET", "/api/v1/namespaces/default/events")["items"]
    return " ".join(event["message"] for event in events if event["reason"] == reason)


def test_exhausted_network_then_a_free_block(lab):
    lab.start_api()
    one_block = {"Network": "10.244.0.0/24", "SubnetLen": 25, "SubnetMin": "10.244.0.0", "SubnetMax": "10.244.0.0"}
    flags = net_conf(lab, json.dumps(one_block))
    lab["n1"].start_daemon(*flags)
    lab["n1"].wait_ready()
    condition = {"type": "Ready", "status": "Unknown", "lastTransitionTime": "2026-01-01T00:00:00Z"}
    lab.api.request("PATCH", "/api/v1/nodes/n1/status", {"status": {"conditions": [condition]}},
                    content_type="application/strategic-merge-patch+json")
    lab["n2"].start_daemon(*flags)
    logged(lab["n2"], "delete Nodes that are gone")
    wait_until(lambda: "NotReady for long: n1 (10.244.0.0/25, " in event_text(lab, "SubnetExhausted"), "event", 10)
    assert "delete those that are gone" in lab["n2"].daemon.log()
    lab["n1"].daemon.stop()
    lab.api.delete_node("n1")
    lab["n2"].wait_ready(90)


def test_sigterm_while_the_api_server_hangs(lab):
    lab.start_api()
    lab.api.request("POST", "/test/fault?action=hang&resource=nodes&count=0")
    node = lab["n1"]
    node.start_daemon()
    wait_until(lambda: node.admin("/livez").returncode == 0, "live", 10)
    begin = time.monotonic()
    node.daemon.signal(signal.SIGTERM)
    assert node.daemon.wait(10) == 0 and time.monotonic() - begin < 2

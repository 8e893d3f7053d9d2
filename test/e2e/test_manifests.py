"""The manifests on a real API server: one source, applied twice without a change, and just the rights they give."""

import json

import pytest

from lab import Cluster, wait_until
from lab.kube_api import KubeApiServer
from lab.manifests import NAMESPACE, ROOT, Kubectl, helm_template, render

ACCOUNT = f"system:serviceaccount:{NAMESPACE}:weft"


@pytest.fixture(scope="module")
def cluster():
    with Cluster(nodes=2, api_factory=KubeApiServer) as made:
        made.start_api()
        yield made


@pytest.fixture(scope="module")
def kubectl(cluster):
    kubectl = Kubectl(cluster)
    kubectl("delete", "clusterrole,clusterrolebinding", "weft")  # the lab's own, in place of the manifest's
    kubectl("delete", "role,rolebinding", "weft", "-n", "default")
    kubectl.apply(render())
    return kubectl


@pytest.fixture(scope="module")
def tokens(kubectl):
    """A token for the daemon's pod on each node, as a kubelet asks for them."""
    found = {}
    for node in ("n1", "n2"):
        kubectl.apply(json.dumps({
            "apiVersion": "v1", "kind": "Pod", "metadata": {"name": f"weft-{node}", "namespace": NAMESPACE},
            "spec": {"serviceAccountName": "weft", "nodeName": node, "containers": [{"name": "c", "image": "i"}]}}))
        found[node] = kubectl("create", "token", "weft", "-n", NAMESPACE, "--bound-object-kind", "Pod",
                              "--bound-object-name", f"weft-{node}").stdout.strip()
    return found


def test_weft_yaml_is_what_the_chart_gives():
    assert (ROOT / "manifests/weft.yaml").read_text() == render(), "run scripts/manifests"


def test_the_kustomize_base_is_the_same(kubectl):
    def documents(text):
        left, found = kubectl("create", "--dry-run=client", "-o", "json", "-f", "-", input_text=text).stdout, []
        while left.strip():
            document, end = json.JSONDecoder().raw_decode(left := left.lstrip())
            found.append(json.dumps(document, sort_keys=True))
            left = left[end:]
        return sorted(found)
    assert documents(kubectl("kustomize", ROOT / "manifests").stdout) == documents(render())


def test_applied_again_nothing_changes(kubectl):
    def versions():
        listed = kubectl.objects("get", "namespace,serviceaccount,configmap,daemonset", "-n", NAMESPACE, "-l",
                                 "app.kubernetes.io/name=weft")
        return [(item["kind"], item["metadata"]["name"], item["metadata"]["resourceVersion"]) for item in listed["items"]]
    before = versions()
    assert {"DaemonSet", "ConfigMap", "ServiceAccount"} <= {kind for kind, *_ in before}
    kubectl.apply(render())
    assert versions() == before
    assert kubectl("diff", "--server-side", "-f", "-", input_text=render(), check=False).returncode == 0


def test_the_account_may_do_what_weft_does_and_no_more(kubectl):
    def may(verb, resource, *flags):
        return kubectl("auth", "can-i", verb, resource, "--as", ACCOUNT, *flags, check=False).stdout.strip() == "yes"
    assert all(may(verb, "nodes") for verb in ("get", "list", "watch"))
    assert may("patch", "nodes", "--subresource=status") and may("create", "events", "-n", "default")
    for verb, resource in (("patch", "nodes"), ("update", "nodes"), ("delete", "nodes"), ("create", "nodes"),
                           ("get", "pods"), ("list", "secrets"), ("create", "pods"), ("get", "configmaps")):
        assert not may(verb, resource), f"{verb} {resource}"


PATCHES = [
    ("n1", {"metadata": {"annotations": {"weft.network/lease": "x"}}}, None),
    ("n1", {"status": {"conditions": [{"type": "NetworkUnavailable", "status": "False"}]}}, None),
    ("n2", {"metadata": {"annotations": {"weft.network/lease": "x"}}}, 'may not change node \\"n2\\"'),
    ("n1", {"metadata": {"annotations": {"other/key": "x"}}}, "its own annotations only"),
    ("n1", {"metadata": {"annotations": {"theirs": None}}}, "its own annotations only"),
    ("n1", {"metadata": {"labels": {"a": "b"}}}, "neither labels nor finalizers"),
    ("n1", {"status": {"conditions": [{"type": "Ready", "status": "False"}]}}, "NetworkUnavailable only"),
]


def patch_status(cluster, node, body, token):
    """The API server's status code and answer. (kubectl asks for the object first, which Weft may not.)"""
    done = cluster.underlay.run(
        "curl", "-sS", *cluster.api.curl_options[:2], "-H", f"Authorization: Bearer {token}", "-X", "PATCH",
        "-H", "Content-Type: application/strategic-merge-patch+json", "--data-binary", json.dumps(body),
        "-w", "\n%{http_code}", f"{cluster.api.url}/api/v1/nodes/{node}/status")
    answer, code = done.stdout.rsplit("\n", 1)
    return int(code), answer


def test_the_admission_policy_keeps_a_daemon_to_its_own_node(cluster, kubectl, tokens):
    cluster.api.annotate("n1", theirs="1")
    kubectl.apply(helm_template(admissionPolicy__enabled=True, flowSchema__enabled=True))

    foreign = PATCHES[2][1]
    wait_until(lambda: patch_status(cluster, "n2", foreign, tokens["n1"])[0] == 422, "the policy is in force")
    for node, body, refusal in PATCHES:
        code, answer = patch_status(cluster, node, body, tokens["n1"])
        assert (code, refusal is None or refusal in answer) == (200 if refusal is None else 422, True), (body, answer)
    assert patch_status(cluster, "n2", foreign, tokens["n2"])[0] == 200
    unbound = kubectl("create", "token", "weft", "-n", NAMESPACE).stdout.strip()
    assert patch_status(cluster, "n1", PATCHES[0][1], unbound)[0] == 422, "a token of no pod is for no node"


def test_a_daemon_works_under_the_policy_with_its_pods_token(cluster, kubectl, tokens):
    for name, token in tokens.items():
        node = cluster[name]
        cluster.write_kubeconfig(cluster.api.url, user={"token": token}, cluster_fields=cluster.api.cluster_fields)
        node.start_daemon()
        node.wait_ready()
        assert node.metric("weft_api_requests_total", 'code="403"') == 0
    assert "SubnetLeased" in kubectl("get", "events", "-n", "default").stdout

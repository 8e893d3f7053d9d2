"""Access to a kube-apiserver for tests: requests, kubeconfigs, Nodes, and Weft's own rights."""

import base64
import contextlib
import http.client
import json
import secrets
import ssl
import time

ACCOUNT_NAMESPACE = "kube-system"
ACCOUNT = "weft"


class AccessError(RuntimeError):
    """The server refused what a test needs; the message has its answer."""


def url_host(address):
    return f"[{address}]" if ":" in address else address


class KubeAccess:
    """What works with an address, a port, an admin token and the authority's file, which the subclass provides."""

    directory = None  # where kubeconfigs are written
    address = ""
    port = 0
    admin_token = ""
    ca_file = None

    @property
    def url(self):
        return f"https://{url_host(self.address)}:{self.port}"

    def request(self, method, path, body=None, token=None, content_type="application/json", accept="application/json"):
        """One request as admin (or with `token`); returns (status, parsed JSON or text)."""
        context = ssl.create_default_context(cafile=str(self.ca_file))
        connection = http.client.HTTPSConnection(self.address, self.port, context=context, timeout=30)
        with contextlib.closing(connection):
            data = body if body is None or isinstance(body, (str, bytes)) else json.dumps(body)
            headers = {"Authorization": f"Bearer {token or self.admin_token}", "Accept": accept}
            if data is not None:
                headers["Content-Type"] = content_type
            connection.request(method, path, body=data, headers=headers)
            response = connection.getresponse()
            text = response.read().decode(errors="replace")
        try:
            return response.status, json.loads(text)
        except ValueError:
            return response.status, text

    def kubeconfig(self, token=None, address=None):
        """The path of a kubeconfig for `token` (default: admin), naming the server by `address` if given."""
        token = token or self.admin_token
        server = f"https://{url_host(address)}:{self.port}" if address else self.url
        ca = base64.b64encode(self.ca_file.read_bytes()).decode()
        config = {
            "apiVersion": "v1", "kind": "Config", "current-context": "weft",
            "clusters": [{"name": "weft", "cluster": {"server": server, "certificate-authority-data": ca}}],
            "users": [{"name": "weft", "user": {"token": token}}],
            "contexts": [{"name": "weft", "context": {"cluster": "weft", "user": "weft"}}],
        }
        path = self.directory / f"kubeconfig-{secrets.token_hex(4)}"
        path.touch(mode=0o600)
        path.write_text(json.dumps(config, indent=1))  # JSON is YAML
        return path

    def create_node(self, name, annotations=None, pod_cidrs=(), addresses=()):
        spec = {"podCIDR": pod_cidrs[0], "podCIDRs": list(pod_cidrs)} if pod_cidrs else {}
        status = {"addresses": [{"type": "InternalIP", "address": a} for a in addresses]}
        node = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": name, "annotations": annotations or {}},
                "spec": spec, "status": status}
        return self._must("POST", "/api/v1/nodes", node)

    def weft_token(self):
        """A fresh token of Weft's ServiceAccount."""
        path = f"/api/v1/namespaces/{ACCOUNT_NAMESPACE}/serviceaccounts/{ACCOUNT}/token"
        body = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {"expirationSeconds": 7200}}
        return self._must("POST", path, body)["status"]["token"]

    def grant_weft(self):
        """The ServiceAccount and rights of the manifest: nothing on pods, nothing on other objects."""
        deadline = time.monotonic() + 30  # the namespace is made by the server itself, a moment after readiness
        while self.request("GET", f"/api/v1/namespaces/{ACCOUNT_NAMESPACE}")[0] != 200:
            if time.monotonic() > deadline:
                raise AccessError(f"namespace {ACCOUNT_NAMESPACE} does not appear")
            time.sleep(0.1)
        self._must("POST", f"/api/v1/namespaces/{ACCOUNT_NAMESPACE}/serviceaccounts",
                   {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": ACCOUNT}})
        rbac = "/apis/rbac.authorization.k8s.io/v1"
        cluster_rules = [{"apiGroups": [""], "resources": ["nodes"], "verbs": ["get", "list", "watch"]},
                         {"apiGroups": [""], "resources": ["nodes/status"], "verbs": ["patch"]}]
        event_rules = [{"apiGroups": [""], "resources": ["events"], "verbs": ["create", "patch"]}]
        for kind, base, rules in (("ClusterRole", rbac + "/clusterroles", cluster_rules),
                                  ("Role", rbac + "/namespaces/default/roles", event_rules)):
            self._must("POST", base, {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": kind,
                                      "metadata": {"name": "weft"}, "rules": rules})
            self._must("POST", base.replace("roles", "rolebindings"), {
                "apiVersion": "rbac.authorization.k8s.io/v1", "kind": kind + "Binding", "metadata": {"name": "weft"},
                "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": "weft"},
                "subjects": [{"kind": "ServiceAccount", "name": ACCOUNT, "namespace": ACCOUNT_NAMESPACE}]})

    def _must(self, method, path, body):
        """What exists already may stay: the directory was used before."""
        status, answer = self.request(method, path, body)
        if status >= 300 and answer.get("reason") != "AlreadyExists":
            raise AccessError(f"{method} {path}: {status} {answer}")
        return answer

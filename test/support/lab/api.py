"""The embedded API server: the program and its control endpoints (test/support/api_server)."""

import json
import subprocess

from .process import Process
from .wait import wait_until


class ApiServer:
    """weft-test-apiserver in the underlay's namespace."""

    # What a server with TLS and users changes (kube_api.py).
    scheme, curl_options, user, cluster_fields = "http", (), {}, {}

    def __init__(self, cluster, address="192.0.2.1", port=6443):
        self.cluster, self.url = cluster, f"{self.scheme}://{address}:{port}"
        self.address, self.port = address, port
        self.process = None

    def start(self):
        argv = self.cluster.underlay.command(self.cluster.binaries.api_server, "--listen", f"{self.address}:{self.port}")
        self.process = Process("API server", argv, self.cluster.directory / "apiserver.log")
        wait_until(lambda: self.request("GET", "/readyz", check=False) is not None, "API server ready", 20)
        return self

    def stop(self):
        self.process.kill()

    def request(self, method, path, body=None, content_type="application/json", check=True):
        argv = ["curl", "-sS", "--fail-with-body", "--max-time", "10", "-X", method, f"{self.url}{path}",
                *self.curl_options]
        if body is not None:
            argv += ["-H", f"Content-Type: {content_type}", "--data-binary", json.dumps(body)]
        done = subprocess.run(self.cluster.underlay.command(*argv), text=True, capture_output=True, timeout=30)
        if done.returncode != 0:
            if check:
                raise RuntimeError(f"{method} {path}: {done.stdout.strip()} {done.stderr.strip()}")
            return None
        try:
            return json.loads(done.stdout)
        except json.JSONDecodeError:
            return done.stdout

    def create_node(self, name, **fields):
        node = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": name, **fields.get("metadata", {})},
                "spec": fields.get("spec", {})}
        return self.request("POST", "/api/v1/nodes", node)

    def delete_node(self, name):
        return self.request("DELETE", f"/api/v1/nodes/{name}")

    def node(self, name):
        return self.request("GET", f"/api/v1/nodes/{name}")

    def nodes(self):
        return self.request("GET", "/api/v1/nodes")["items"]

    def annotations(self, name):
        return self.node(name)["metadata"].get("annotations", {})

    def annotate(self, name, **annotations):
        return self.request("PATCH", f"/api/v1/nodes/{name}", {"metadata": {"annotations": annotations}},
                            content_type="application/merge-patch+json")

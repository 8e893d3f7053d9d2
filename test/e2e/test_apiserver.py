"""The lab's real API server itself: reachable from the nodes' namespaces, with Weft's rights and no more."""

import json

from lab import Cluster
from lab.kube_api import KubeApiServer


def test_nodes_reach_it_with_wefts_token():
    with Cluster(nodes=1, api_factory=KubeApiServer) as cluster:
        cluster.start_api()
        config = json.loads(cluster.kubeconfig.read_text())
        token = config["users"][0]["user"]["token"]
        node = cluster["n1"].namespace
        kube = cluster.directory / "kube" / "certs" / "apiserver.crt"

        def status(method, path):
            return node.run("curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}", "--cacert", kube, "-X", method,
                            "-H", f"Authorization: Bearer {token}", f"{cluster.api.url}{path}").stdout

        assert status("GET", "/api/v1/nodes/n1") == "200"
        assert status("GET", "/api/v1/pods") == "403"
        assert status("DELETE", "/api/v1/nodes/n1") == "403"


def test_objects_outlive_an_outage():
    with Cluster(nodes=1, api_factory=KubeApiServer) as cluster:
        cluster.start_api()
        uid = cluster.api.node("n1")["metadata"]["uid"]
        cluster.api.stop()
        assert cluster.api.request("GET", "/readyz", check=False) is None
        cluster.api.start()
        assert cluster.api.node("n1")["metadata"]["uid"] == uid

"""A real kube-apiserver with etcd as the lab's API server: Cluster(api_factory=KubeApiServer)."""

import base64
import json
import os
import pathlib
import sys

from .api import ApiServer
from .process import Process
from .wait import wait_until

PROGRAM = pathlib.Path(__file__).parent.parent / "kube_apiserver.py"


class KubeApiServer(ApiServer):
    """In the underlay's namespace; the binaries are in WEFT_KUBE_BIN (scripts/e2e). Daemons get the token of Weft's
    ServiceAccount. stop() and start() again is an outage: objects and tokens stay."""

    scheme = "https"

    def start(self, aged=False):
        """`aged`: versions that were handed out before are Expired afterwards."""
        directory = self.cluster.directory / "kube"
        ready = directory.with_suffix(".ready")
        ready.unlink(missing_ok=True)
        argv = self.cluster.underlay.command(
            sys.executable, PROGRAM, "--bin-dir", os.environ["WEFT_KUBE_BIN"], "--dir", directory,
            "--bind", self.address, "--port", self.port, "--ready-file", ready, *(["--aged"] if aged else []))
        self.process = Process("kube-apiserver", argv, self.cluster.directory / "apiserver.log")

        def is_ready():
            if not self.process.running:
                raise RuntimeError(f"kube-apiserver ended:\n{self.process.log()[-3000:]}")
            return ready.exists()
        wait_until(is_ready, "kube-apiserver ready", 90)
        self._use(json.loads(ready.read_text()))
        return self

    def _use(self, facts):
        self.curl_options = ("--cacert", facts["ca"], "-H", f"Authorization: Bearer {facts['admin_token']}")
        self.user = {"token": facts["weft_token"]}
        ca = base64.b64encode(pathlib.Path(facts["ca"]).read_bytes()).decode()
        self.cluster_fields = {"certificate-authority-data": ca}

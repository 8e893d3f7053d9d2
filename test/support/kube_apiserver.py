#!/usr/bin/env python3
"""A real kube-apiserver with etcd for tests: two processes in a directory of their own, ended by pid.

No kubelet, scheduler or controller runs: Nodes are objects that the test creates. TLS uses the certificate that the
API server makes for itself; tests verify against it. Users: `admin` (system:masters) by a static token, and Weft's
ServiceAccount with exactly the rights the manifest gives it, by the TokenRequest API.

As a program it serves until SIGTERM or SIGINT, in whatever network namespace it was started:

    kube_apiserver.py --bin-dir DIR [--dir DIR] [--bind ADDRESS] [--port N]

and prints one JSON line when it is ready: url, ca, admin_kubeconfig, weft_kubeconfig, etcd, pids.
"""

import argparse
import base64
import contextlib
import http.client
import json
import os
import pathlib
import secrets
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.parse

ACCOUNT_NAMESPACE = "kube-system"
ACCOUNT = "weft"
ADMIN_USER = 'admin,admin,"system:masters"'


class StartError(RuntimeError):
    """The servers did not become ready; the message ends with the tail of the log."""


def free_port(address="127.0.0.1"):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with contextlib.closing(socket.socket(family, socket.SOCK_STREAM)) as listener:
        listener.bind((address, 0))
        return listener.getsockname()[1]


def url_host(address):
    return f"[{address}]" if ":" in address else address


class KubeApiserver:
    """Owns the two processes and their directory. Use as a context manager, or call start() and stop()."""

    def __init__(self, bin_dir, directory=None, bind="127.0.0.1", port=0, extra_args=()):
        self.bin_dir = pathlib.Path(bin_dir)
        self.own_directory = directory is None
        self.directory = pathlib.Path(directory or tempfile.mkdtemp(prefix="weft-kube-"))
        self.bind = bind
        self.port = port or free_port()
        # What clients are told: a wildcard is no address to connect to.
        self.address = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(bind, bind)
        self.url = f"https://{url_host(self.address)}:{self.port}"
        self.etcd_url = f"http://127.0.0.1:{free_port()}"
        self.admin_token = secrets.token_hex(16)
        self.extra_args = list(extra_args)
        self.processes = []

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()

    # -- life ----------------------------------------------------------------------------------------------------

    def start(self, timeout=60.0):
        try:
            self.directory.mkdir(parents=True, exist_ok=True)
            self._write_secrets()
            self._spawn("etcd", self._etcd_arguments())
            self._spawn("kube-apiserver", self._apiserver_arguments())
            self._wait_ready(time.monotonic() + timeout)
            self._grant_weft()
        except BaseException:
            self.stop()
            raise

    def stop(self):
        for process in reversed(self.processes):
            if process.poll() is None:
                process.terminate()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.processes.clear()
        if self.own_directory:
            shutil.rmtree(self.directory, ignore_errors=True)

    def restart_apiserver(self, down_seconds=0.0, timeout=60.0):
        """Ends the API server, keeps etcd, starts it again on the same port: an outage as clients see it."""
        process = self.processes.pop()
        process.terminate()
        process.wait(timeout=30)
        time.sleep(down_seconds)
        self._spawn("kube-apiserver", self._apiserver_arguments())
        self._wait_ready(time.monotonic() + timeout)

    def _spawn(self, name, arguments):
        log = open(self.directory / f"{name}.log", "ab")
        with log:
            self.processes.append(subprocess.Popen(
                [str(self.bin_dir / name), *arguments], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                cwd=self.directory))

    def _etcd_arguments(self):
        peer = f"http://127.0.0.1:{free_port()}"
        return ["--name=weft", f"--data-dir={self.directory}/etcd", f"--listen-client-urls={self.etcd_url}",
                f"--advertise-client-urls={self.etcd_url}", f"--listen-peer-urls={peer}",
                f"--initial-advertise-peer-urls={peer}", f"--initial-cluster=weft={peer}", "--unsafe-no-fsync",
                "--log-level=warn"]

    def _apiserver_arguments(self):
        d = self.directory
        return [f"--etcd-servers={self.etcd_url}", f"--bind-address={self.bind}", f"--advertise-address={self.address}",
                f"--secure-port={self.port}", f"--cert-dir={d}/certs", f"--service-account-key-file={d}/sa.key",
                f"--service-account-signing-key-file={d}/sa.key",
                "--service-account-issuer=https://kubernetes.default.svc", f"--token-auth-file={d}/tokens.csv",
                "--authorization-mode=Node,RBAC", "--service-cluster-ip-range=10.96.0.0/16",
                "--endpoint-reconciler-type=none", *self.extra_args]

    def _write_secrets(self):
        subprocess.run(["openssl", "genrsa", "-out", str(self.directory / "sa.key"), "2048"], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        tokens = self.directory / "tokens.csv"
        tokens.touch(mode=0o600)
        tokens.write_text(f"{self.admin_token},{ADMIN_USER}\n")

    def _wait_ready(self, deadline):
        while True:
            for process in self.processes:
                if process.poll() is not None:
                    raise StartError(f"{process.args[0]} ended with {process.returncode}:\n{self._log_tail()}")
            with contextlib.suppress(OSError, http.client.HTTPException):
                if self.request("GET", "/readyz")[0] == 200:
                    return
            if time.monotonic() > deadline:
                raise StartError(f"{self.url}/readyz is not ready:\n{self._log_tail()}")
            time.sleep(0.1)

    def _log_tail(self):
        lines = []
        for log in sorted(self.directory.glob("*.log")):
            lines += [f"{log.name}: {line}" for line in log.read_text(errors="replace").splitlines()[-8:]]
        return "\n".join(lines)

    # -- access --------------------------------------------------------------------------------------------------

    @property
    def ca_file(self):
        # The self-made certificate comes with its signer behind it.
        return self.directory / "certs" / "apiserver.crt"

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

    def compact(self):
        """Compacts etcd to its present revision: older resource versions are gone. Returns that revision."""
        def call(path, body):
            host, port = urllib.parse.urlsplit(self.etcd_url).netloc.split(":")
            connection = http.client.HTTPConnection(host, int(port), timeout=30)
            with contextlib.closing(connection):
                connection.request("POST", path, body=json.dumps(body))
                return json.loads(connection.getresponse().read())
        revision = call("/v3/kv/range", {"key": "AA=="})["header"]["revision"]
        call("/v3/kv/compaction", {"revision": revision, "physical": True})
        return int(revision)

    def weft_token(self):
        """A fresh token of Weft's ServiceAccount."""
        path = f"/api/v1/namespaces/{ACCOUNT_NAMESPACE}/serviceaccounts/{ACCOUNT}/token"
        body = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {"expirationSeconds": 7200}}
        return self._must("POST", path, body)["status"]["token"]

    # -- rights --------------------------------------------------------------------------------------------------

    def _grant_weft(self):
        """The ServiceAccount and rights of the manifest: nothing on pods, nothing on other objects."""
        deadline = time.monotonic() + 30  # the namespace is made by the server itself, a moment after readiness
        while self.request("GET", f"/api/v1/namespaces/{ACCOUNT_NAMESPACE}")[0] != 200:
            if time.monotonic() > deadline:
                raise StartError(f"namespace {ACCOUNT_NAMESPACE} does not appear")
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
        status, answer = self.request(method, path, body)
        if status >= 300:
            raise StartError(f"{method} {path}: {status} {answer}")
        return answer


def describe(server):
    return {"url": server.url, "ca": str(server.ca_file), "etcd": server.etcd_url,
            "admin_token": server.admin_token, "weft_token": server.weft_token(),
            "admin_kubeconfig": str(server.kubeconfig()),
            "weft_kubeconfig": str(server.kubeconfig(server.weft_token())),
            "pids": [process.pid for process in server.processes]}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bin-dir", required=True, help="holds etcd and kube-apiserver (scripts/e2e build)")
    parser.add_argument("--dir", help="data, logs, certificates; default: temporary, removed at exit")
    parser.add_argument("--bind", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    arguments = parser.parse_args()
    # Ends by exception also while it is still starting.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))
    with KubeApiserver(arguments.bin_dir, arguments.dir, arguments.bind, arguments.port) as server:
        print(json.dumps(describe(server)), flush=True)
        while True:
            signal.pause()


if __name__ == "__main__":
    os.environ.setdefault("GOMAXPROCS", "2")
    main()

#!/usr/bin/env python3
"""A real kube-apiserver with etcd for tests: two processes in a directory of their own, ended by pid.

No kubelet, scheduler or controller runs: Nodes are objects that the test creates. TLS uses the certificate that the
API server makes for itself; tests verify against it. Users: `admin` (system:masters) by a static token, and Weft's
ServiceAccount with exactly the rights the manifest gives it, by the TokenRequest API.

As a program it serves until SIGTERM or SIGINT, in whatever network namespace it was started:

    kube_apiserver.py --bin-dir DIR [--dir DIR] [--bind ADDRESS] [--port N] [--aged] [--ready-file F]

and writes one JSON line when it is ready: url, version, ca, admin_token, weft_token, admin_kubeconfig,
weft_kubeconfig, etcd, pids. A second start in the same DIR goes on with its objects, tokens and certificates.
"""

import argparse
import contextlib
import ctypes
import http.client
import json
import os
import pathlib
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse

from kube_access import KubeAccess

ADMIN_USER = 'admin,admin,"system:masters"'


def end_with_parent():
    """In the child: the kernel kills it when this process dies, however it dies."""
    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)


class StartError(RuntimeError):
    """The servers did not become ready; the message ends with the tail of the log."""


def free_port(address="127.0.0.1"):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with contextlib.closing(socket.socket(family, socket.SOCK_STREAM)) as listener:
        listener.bind((address, 0))
        return listener.getsockname()[1]


class KubeApiserver(KubeAccess):
    """Owns the two processes and their directory. Use as a context manager, or call start() and stop()."""

    def __init__(self, bin_dir, directory=None, bind="127.0.0.1", port=0, extra_args=()):
        self.bin_dir = pathlib.Path(bin_dir)
        self.own_directory = directory is None
        self.directory = pathlib.Path(directory or tempfile.mkdtemp(prefix="weft-kube-"))
        self.bind = bind
        self.port = port or free_port()
        # What clients are told: a wildcard is no address to connect to.
        self.address = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(bind, bind)
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
            self.grant_weft()
        except BaseException:
            self.stop()
            raise

    def age(self):
        """Forgets the history so far: a watch or an exact list from an early version is Expired afterwards. The
        watch cache outlives a compaction of etcd, hence the restart."""
        self.compact()
        self.restart_apiserver()

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
        """Kills the API server, keeps etcd, starts it again on the same port: an outage as clients see it. Not
        SIGTERM: it would wait for the requests of the clients, who do not go away."""
        process = self.processes.pop()
        process.kill()
        process.wait(timeout=30)
        time.sleep(down_seconds)
        self._spawn("kube-apiserver", self._apiserver_arguments())
        self._wait_ready(time.monotonic() + timeout)

    def _spawn(self, name, arguments):
        log = open(self.directory / f"{name}.log", "ab")
        with log:
            self.processes.append(subprocess.Popen(
                [str(self.bin_dir / name), *arguments], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                cwd=self.directory, preexec_fn=end_with_parent))

    def _etcd_arguments(self):
        peer = f"http://127.0.0.1:{free_port()}"
        return ["--name=weft", f"--data-dir={self.directory}/etcd", f"--listen-client-urls={self.etcd_url}",
                f"--advertise-client-urls={self.etcd_url}", f"--listen-peer-urls={peer}",
                f"--initial-advertise-peer-urls={peer}", f"--initial-cluster=weft={peer}", "--unsafe-no-fsync",
                "--log-level=warn",
                # As kubeadm sets it: without, a watch of a quiet resource sees no bookmarks.
                "--watch-progress-notify-interval=5s"]

    def _apiserver_arguments(self):
        d = self.directory
        return [f"--etcd-servers={self.etcd_url}", f"--bind-address={self.bind}", f"--advertise-address={self.address}",
                f"--secure-port={self.port}", f"--cert-dir={d}/certs", f"--service-account-key-file={d}/sa.key",
                f"--service-account-signing-key-file={d}/sa.key",
                "--service-account-issuer=https://kubernetes.default.svc", f"--token-auth-file={d}/tokens.csv",
                "--authorization-mode=Node,RBAC", "--service-cluster-ip-range=10.96.0.0/16",
                "--endpoint-reconciler-type=none", *self.extra_args]

    def _write_secrets(self):
        tokens = self.directory / "tokens.csv"
        if tokens.exists():
            self.admin_token = tokens.read_text().split(",")[0]
            return
        subprocess.run(["openssl", "genrsa", "-out", str(self.directory / "sa.key"), "2048"], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
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

    @property
    def ca_file(self):
        # The self-made certificate comes with its signer behind it.
        return self.directory / "certs" / "apiserver.crt"

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


def describe(server):
    weft_token = server.weft_token()
    return {"url": server.url, "version": server.request("GET", "/version")[1]["gitVersion"],
            "ca": str(server.ca_file), "etcd": server.etcd_url,
            "admin_token": server.admin_token, "weft_token": weft_token,
            "admin_kubeconfig": str(server.kubeconfig()), "weft_kubeconfig": str(server.kubeconfig(weft_token)),
            "pids": [process.pid for process in server.processes]}


def announce(line, ready_file):
    if not ready_file:
        print(line, flush=True)
        return
    # Whoever waits for the file must not see half of it, nor another user the tokens.
    temporary = pathlib.Path(ready_file + ".tmp")
    temporary.touch(mode=0o600)
    temporary.write_text(line + "\n")
    temporary.rename(ready_file)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bin-dir", required=True, help="holds etcd and kube-apiserver (scripts/e2e build)")
    parser.add_argument("--dir", help="data, logs, certificates; default: temporary, removed at exit")
    parser.add_argument("--bind", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--ready-file", help="where the JSON line goes; default: standard output")
    parser.add_argument("--aged", action="store_true", help="forget the first revisions, as a server in use has")
    arguments = parser.parse_args()
    # Ends by exception also while it is still starting.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))
    with KubeApiserver(arguments.bin_dir, arguments.dir, arguments.bind, arguments.port) as server:
        if arguments.aged:
            server.age()
        announce(json.dumps(describe(server)), arguments.ready_file)
        while True:
            signal.pause()


if __name__ == "__main__":
    os.environ.setdefault("GOMAXPROCS", "2")
    main()

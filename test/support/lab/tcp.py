"""A TCP service in a namespace, and a client that asks it."""

import subprocess

from .net import run
from .wait import wait_until

_SERVER = """
import socket, sys
family = socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET
with socket.create_server((sys.argv[1], int(sys.argv[2])), family=family) as server:
    print("listening", flush=True)
    while True:
        client, _ = server.accept()
        client.sendall(b"hello")
        client.close()
"""

_CLIENT = """
import socket, sys
with socket.create_connection((sys.argv[1], int(sys.argv[2])), timeout=1) as server:
    sys.exit(server.recv(16) != b"hello")
"""


class Service:
    """Says hello to everybody who connects. Use as a context manager."""

    def __init__(self, namespace, address, port):
        self._child = subprocess.Popen(namespace.command("/usr/bin/python3", "-c", _SERVER, address, str(port)),
                                       stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        if self._child.stdout.readline() != "listening\n":
            raise RuntimeError(f"no service on {address} port {port}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._child.kill()
        self._child.communicate()


def answers(source, address, port):
    return run(*source.command("/usr/bin/python3", "-c", _CLIENT, address, str(port)), check=False).returncode == 0


def wait_for_answer(source, address, port, deadline):
    wait_until(lambda: answers(source, address, port), f"{address} port {port} answers", deadline)

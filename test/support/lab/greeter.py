"""A TCP server in a pod that greets each connection, and the client that asks for the greeting."""

import subprocess

_SERVER = """
import socket, sys
server = socket.create_server(("::", int(sys.argv[1])), family=socket.AF_INET6, dualstack_ipv6=True)
print("listening", flush=True)
while True:
    with server.accept()[0] as client:
        client.sendall(sys.argv[2].encode())
"""


class Greeter:
    def __init__(self, pod, port, greeting):
        self._child = subprocess.Popen(pod.command("/usr/bin/python3", "-c", _SERVER, str(port), greeting),
                                       stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        if self._child.stdout.readline() != "listening\n":
            raise RuntimeError(f"no server on port {port} of {pod.name}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._child.kill()
        self._child.communicate()


def greeting_at(source, address, port, deadline=5):
    """What the server there says; None when there is no connection within `deadline` seconds."""
    code = ("import socket, sys; s = socket.create_connection((sys.argv[1], int(sys.argv[2])), float(sys.argv[3])); "
            "print(s.makefile().read(), end='')")
    done = source.run("/usr/bin/python3", "-c", code, address, str(port), str(deadline), check=False)
    return done.stdout if done.returncode == 0 else None

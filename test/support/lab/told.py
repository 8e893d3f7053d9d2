"""What a person is told: the last line of a program that ends, the one line of a daemon that goes on waiting."""

from .wait import wait_until

USAGE, CONFIGURATION, PERMISSION, ALREADY_RUNNING, UNAVAILABLE = 2, 3, 4, 5, 6
RIGHTS = ["get:nodes", "list:nodes", "watch:nodes", "patch:nodes/status", "create:events"]  # all that Weft needs
NO_NET_ADMIN = ("setpriv", "--bounding-set", "-net_admin", "--inh-caps", "-net_admin")


def ended(node, *argv):
    """Exit code and the one line of a process that ends by itself."""
    done = node.namespace.run(*argv, check=False, timeout=20)
    lines = [line for line in done.stderr.splitlines() if "level=error" in line or line.startswith("weftd: ")]
    assert len(lines) == 1, done.stderr
    return done.returncode, lines[0]


def logged(node, text, deadline=15):
    """The daemon runs on, has written `text` once, is live and not ready."""
    wait_until(lambda: text in node.daemon.log(), f"{text!r} in the log", deadline)
    assert node.daemon.running
    wait_until(lambda: node.admin("/livez").returncode == 0, "live", 5)
    assert node.admin("/readyz").returncode != 0
    assert sum(text in line for line in node.daemon.log().splitlines()) == 1


def net_conf(lab, text):
    """The flags that name a net-conf.json with this text."""
    path = lab.directory / "other-net-conf.json"
    path.write_text(text)
    return "--net-config-path", path


def use_token(lab, token, without=None):
    """The daemons' kubeconfig has `token`, which may do all that Weft needs but `without`."""
    lab.start_api()
    if without:
        allowed = ",".join(right for right in RIGHTS if right != without)
        lab.api.request("POST", f"/test/users?token={token}&name={token}&allow={allowed}")
    else:
        lab.api.request("POST", "/test/users?token=other&name=other")
    lab.write_kubeconfig(lab.api.url, user={"token": token})

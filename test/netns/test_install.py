"""The plugin in the directory where container runtimes look for it: put there, replaced under way, taken away."""

import json
import os
import subprocess

import pytest

from lab import Cluster
from lab.net import Namespace, run


@pytest.fixture
def node():
    with Cluster(nodes=1) as cluster:
        yield cluster.start()["n1"]


@pytest.fixture
def directory(node):
    return node.directory / "opt" / "cni" / "bin"


def install(node, directory, *flags, check=True):
    return node.weftd("install", "--cni-bin-dir", directory, "--plugin", node.cluster.binaries.plugin, *flags,
                      check=check)


def version_of(plugin):
    done = run(plugin, env={"CNI_COMMAND": "VERSION"}, input_text='{"cniVersion":"1.1.0"}')
    return json.loads(done.stdout)["supportedVersions"]


def test_installs_once_and_again(node, directory):
    assert install(node, directory).stdout == f"installed {directory}/weft\ninstalled {directory}/loopback\n"
    assert "1.1.0" in version_of(directory / "weft")
    assert install(node, directory).stdout == f"unchanged: {directory}/weft\n"
    pod = Namespace("pod-of-a-runtime")
    env = {**os.environ, "CNI_COMMAND": "ADD", "CNI_CONTAINERID": "x", "CNI_IFNAME": "lo", "CNI_PATH": "/x",
           "CNI_NETNS": pod.path}
    config = '{"cniVersion":"1.0.0","name":"lo","type":"loopback"}'
    result = json.loads(node.namespace.run(directory / "loopback", env=env, input_text=config).stdout)
    pod.delete()
    assert "127.0.0.1/8" in [entry["address"] for entry in result["ips"]]


def test_replaces_a_plugin_that_is_running(node, directory):
    directory.mkdir(parents=True)
    old = directory / "weft"
    old.write_bytes(open("/bin/cat", "rb").read())
    old.chmod(0o755)
    with subprocess.Popen([old], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
        assert install(node, directory).returncode == 0
        assert running.communicate("still the old one")[0] == "still the old one"
    assert version_of(old)
    assert sorted(path.name for path in directory.iterdir()) == ["loopback", "weft"]


def test_leaves_another_programs_loopback(node, directory):
    directory.mkdir(parents=True)
    (directory / "loopback").write_text("theirs")
    assert f"kept {directory}/loopback" in install(node, directory).stdout
    node.daemon.stop()
    node.cleanup("--cni-bin-dir", directory)
    assert [path.name for path in directory.iterdir()] == ["loopback"]
    assert (directory / "loopback").read_text() == "theirs"


def test_says_what_is_wrong(node, directory):
    missing = install(node, directory, "--plugin", "/nowhere/weft", check=False)
    assert (missing.returncode, "there is no plugin /nowhere/weft: name it with --plugin" in missing.stderr) == (1, True)
    text = install(node, directory, "--plugin", __file__, check=False)
    assert (text.returncode, "is no program" in text.stderr) == (1, True)
    directory.mkdir(parents=True)
    run("mount", "-t", "tmpfs", "-o", "ro", "tmpfs", directory)
    refused = install(node, directory, check=False)
    run("umount", directory)
    assert refused.returncode == 4
    assert "Read-only file system" in refused.stderr and str(directory) in refused.stderr


def test_cleanup_keeps_it_until_the_last_pod_is_detached(node, directory):
    install(node, directory)
    pod = node.attach("a")
    node.daemon.stop()
    assert f"kept {directory}/weft: the pods" in node.cleanup("--cni-bin-dir", directory).stdout
    pod.detach()
    text = node.cleanup("--cni-bin-dir", directory).stdout
    assert f"removed {directory}/weft\n" in text and f"removed {directory}/loopback\n" in text
    assert list(directory.iterdir()) == []

"""The container image, in a real container runtime: what is in it, and that it does what its pod would."""

import hashlib
import io
import json
import os
import pathlib
import subprocess
import tarfile

import pytest

from lab import Cluster, wait_until
from lab.containerd import Containerd
from lab.net import run

ROOT = pathlib.Path(__file__).parents[2]
# Of those that a container runtime gives by itself.
UNNEEDED = ["CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FSETID", "CAP_FOWNER", "CAP_MKNOD", "CAP_NET_RAW", "CAP_SETGID",
            "CAP_SETUID", "CAP_SETFCAP", "CAP_SETPCAP", "CAP_NET_BIND_SERVICE", "CAP_SYS_CHROOT", "CAP_KILL",
            "CAP_AUDIT_WRITE"]


@pytest.fixture(scope="module")
def archive():
    return pathlib.Path(os.environ["WEFT_IMAGE"])


@pytest.fixture(scope="module")
def files(archive):
    """The names in the image's layer."""
    with tarfile.open(archive) as outer:
        index = json.load(outer.extractfile("manifest.json"))
        packed = outer.extractfile(index[0]["Layers"][0]).read()
    assert len(packed) < 15e6
    with tarfile.open(fileobj=io.BytesIO(packed)) as layer:
        assert all((entry.uid, entry.gid) == (0, 0) for entry in layer)
        return {entry.name: layer.extractfile(entry).read() for entry in layer if entry.isfile()}


def build(tmp_path, name):
    out = tmp_path / name
    run("/usr/bin/python3", str(ROOT / "manifests/image/build_image.py"), "--build", str(ROOT / "build/release"),
        "--output", str(out), "--name", "weft.test/weft:1", "--version", "1")
    return hashlib.sha256(out.read_bytes()).hexdigest()


def test_the_same_build_gives_the_same_bytes(tmp_path):
    assert build(tmp_path, "one") == build(tmp_path, "two")


def test_there_is_nothing_in_it_that_need_not_be(files):
    programs = {name for name in files if "/bin/" in name or "/sbin/" in name}
    assert programs == {"usr/bin/weftd", "usr/bin/weft"}
    others = {name for name in files.keys() - programs if not name.startswith(("usr/lib/", "lib64/", "usr/share/"))}
    assert others == set()


def test_the_bill_of_materials_names_where_each_library_comes_from(files):
    bill = json.loads(files["usr/share/sbom/weft.spdx.json"])
    packages = {entry["SPDXID"]: entry["name"] for entry in bill["packages"]}
    contained = {packages[relation["relatedSpdxElement"]] for relation in bill["relationships"]
                 if relation["relationshipType"] == "CONTAINS"}
    assert {f"usr/share/doc/{name}/copyright" for name in contained} < files.keys()
    assert {"libc6", "libssl3", "libnftables1", "libstdc++6"} <= contained
    assert {entry["versionInfo"] for entry in bill["packages"] if entry["name"] == "libssl3"} == \
        {run("dpkg-query", "-W", "-f", "${Version}", "libssl3").stdout}


class Weft:
    """The image in containerd on a node whose own daemon does not run."""

    def __init__(self, containerd, archive):
        self.containerd, self.node = containerd, containerd.node
        imported = run(*containerd.ctr_command("image", "import", "--snapshotter", "native", archive)).stdout
        self.name = imported.split()[1]

    def command(self, name, *argv, mounts=(), flags=()):
        binds = [f"--mount=type=bind,src={src},dst={dst},options=rbind:{mode}" for src, dst, mode in mounts]
        return self.containerd.ctr_command(
            "run", "--rm", "--snapshotter", "native", "--runc-binary", self.containerd.runc, "--read-only", "--seccomp",
            *binds, *flags, self.name, name, "/usr/bin/weftd", *argv)


@pytest.fixture
def image(archive):
    with Cluster(nodes=1) as cluster:
        cluster.start_api()
        with Containerd(cluster["n1"], ready=False) as containerd:
            yield Weft(containerd, archive)


def test_it_installs_the_plugin_and_serves_a_node(image, tmp_path):
    """As the pod of the DaemonSet: an init container, then the daemon with one capability and a read-only root."""
    node = image.node
    plugins = node.directory / "opt-cni-bin"
    plugins.mkdir()
    told = run(*image.command("install", "install", "--cni-bin-dir", "/host/bin",
                              mounts=[(plugins, "/host/bin", "rw")])).stdout
    assert "installed /host/bin/weft" in told and "installed /host/bin/loopback" in told
    version = run(plugins / "weft", env={"CNI_COMMAND": "VERSION"}, input_text='{"cniVersion":"1.1.0"}').stdout
    assert "1.1.0" in version

    cluster = node.cluster
    mounts = [(node.run_dir, node.run_dir, "rw"), (node.cni_dir, node.cni_dir, "rw"),
              (cluster.directory, cluster.directory, "ro")]
    drop = [f"--cap-drop={name}" for name in UNNEEDED]
    argv = node.daemon_argv()[1:]
    daemon = subprocess.Popen(image.command("weft", *argv, mounts=mounts[2:] + mounts[:2],
                                            flags=["--net-host", "--cap-add=CAP_NET_ADMIN", *drop]),
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    wait_until(lambda: node.admin("/readyz").returncode == 0, "the node is ready")
    assert (node.cni_dir / "05-weft.conflist").exists()
    run(*image.containerd.ctr_command("task", "kill", "weft"))
    output, _ = daemon.communicate(timeout=20)
    assert daemon.returncode == 0, output

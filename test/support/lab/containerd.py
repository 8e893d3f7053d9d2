"""Debian's containerd on a node of the lab, asked for pods by crictl as a kubelet asks."""

import contextlib
import json
import os
import pathlib
import shutil
import signal

from . import box_image
from .net import run
from .process import Process
from .wait import wait_until

# For a user namespace with one user: no cgroups, no scores of the OOM killer, no overlay mounts.
CONFIG = """version = 2
root = "{directory}/root"
state = "{directory}/state"
disabled_plugins = ["io.containerd.internal.v1.opt"]
[grpc]
  address = "{socket}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "{image}"
  restrict_oom_score_adj = true
  disable_cgroup = true
  disable_apparmor = true
  disable_tcp_service = true
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "native"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
      BinaryName = "{runc}"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "{plugins}"
    conf_dir = "{node.cni_dir}"
"""

# The group of /dev/pts is one that the user namespace does not have.
RUNC = """#!/usr/bin/python3
import json, os, sys
if "--bundle" in sys.argv:
    path = os.path.join(sys.argv[sys.argv.index("--bundle") + 1], "config.json")
    spec = json.load(open(path))
    for mount in spec["mounts"]:
        mount["options"] = [option for option in mount.get("options", []) if not option.startswith("gid=")]
    json.dump(spec, open(path, "w"))
os.execv("{runc}", ["runc", *sys.argv[1:]])
"""


def mounts_below(directory):
    points = [line.split()[1] for line in pathlib.Path("/proc/self/mounts").read_text().splitlines()]
    return [point for point in points if point.startswith(f"{directory}/")]


class Containerd:
    def __init__(self, node, ready=True):
        """`ready`: the node has a CNI configuration."""
        self._wanted = ready
        self.node, self.directory = node, node.directory / "containerd"
        self.tools = pathlib.Path(os.environ["WEFT_KUBE_BIN"])
        self.programs = self.tools / "debian/usr/bin"
        self.plugins, self.runc = self.directory / "bin", self.directory / "runc"
        self.socket = self.directory / "containerd.sock"
        self.process = None
        self.plugins.mkdir(parents=True)
        for name in ("weft", "loopback"):
            (self.plugins / name).symlink_to(node.cluster.binaries.plugin)
        self.runc.write_text(RUNC.format(runc=self.tools / "debian/usr/sbin/runc"))
        self.runc.chmod(0o755)
        self._config = self.directory / "config.toml"
        self._config.write_text(CONFIG.format(directory=self.directory, socket=self.socket, image=box_image.NAME,
                                              runc=self.runc, plugins=self.plugins, node=node))

    def start(self):
        path = f"{self.programs}:{os.environ['PATH']}"  # where containerd finds its shim
        # Not `ip netns exec`: below the /sys that it mounts there are no cgroups.
        network = f"--net={self.node.namespace.path}"
        self.process = Process(f"containerd on {self.node.name}",
                               ["nsenter", network, self.programs / "containerd", "-c", self._config],
                               self.directory / "log", env={"PATH": path})
        wait_until(lambda: self.process.running and self._ready(), "containerd and its network are ready")
        image = self.directory / "box.tar"
        if not image.exists():
            box_image.write_image(self.tools / "debian/bin/busybox", image)
            run(*self.ctr_command("image", "import", "--snapshotter", "native", image))
        return self

    def _ready(self):
        status = self.crictl("info", check=False)
        if status.returncode != 0:
            return False
        conditions = {entry["type"]: entry["status"] for entry in json.loads(status.stdout)["status"]["conditions"]}
        return conditions["RuntimeReady"] and conditions["NetworkReady"] == self._wanted

    def crictl(self, *argv, check=True):
        return run(str(self.tools / "crictl"), "-r", f"unix://{self.socket}", *map(str, argv), check=check)

    def ctr_command(self, *argv):
        network = f"--net={self.node.namespace.path}"
        return ["nsenter", network, *map(str, [self.programs / "ctr", "-a", self.socket, "-n", "k8s.io", *argv])]

    def write_pod(self, name, **fields):
        """The file that `crictl runp` wants; `fields`: further ones of a PodSandboxConfig."""
        path = self.directory / f"{name}.json"
        path.write_text(json.dumps({
            "metadata": {"name": name, "namespace": "default", "uid": f"uid-{name}", "attempt": 1},
            "log_directory": str(self.directory), "linux": {"security_context": {"namespace_options": {"pid": 1}}},
            **fields}))
        return path

    def reboot(self):
        """After process.kill(): what a reboot takes besides."""
        for pid in self.shims():
            for victim in [pid, *run("pgrep", "-P", str(pid), check=False).stdout.split()]:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(int(victim), signal.SIGKILL)
        for namespace in pathlib.Path("/run/netns").glob("cni-*"):
            run("umount", str(namespace), check=False)  # one of a killed runtime has only the name
            namespace.unlink()
        for mount in sorted(mounts_below(self.directory / "state"), reverse=True):
            run("umount", mount)
        shutil.rmtree(self.directory / "state", ignore_errors=True)

    def shims(self):
        """The pids of the processes that hold this containerd's pods."""
        found = []
        for command in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
            try:
                words = command.read_bytes().split(b"\0")
            except OSError:
                continue  # ended meanwhile
            if words[0].endswith(b"containerd-shim-runc-v2") and str(self.socket).encode() in words:
                found.append(int(command.parent.name))
        return found

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        if self.process:
            self.process.kill()
        self.reboot()

"""What can be wrong with the node: one clear line with the remedy, waited for, and nothing lost."""

import json
import pathlib
import subprocess

from lab import wait_until
from lab.process import Process
from lab.told import PERMISSION, ended, logged, net_conf


def test_no_uplink_then_one(lab):
    lab.start_api()
    node = lab["n1"]
    for family in ("-4", "-6"):
        node.namespace.ip(family, "route", "del", "default")
    node.start_daemon()
    logged(node, "no IPv4 default route to find the uplink by: name it with --iface")
    node.namespace.ip("route", "add", "default", "via", "192.0.2.1")
    node.wait_ready()


def test_an_unplugged_uplink_stops_nothing_that_runs(lab):
    lab.start_api()
    node = lab["n1"]
    node.start_daemon()
    node.wait_ready()
    before = (node.subnet_env(), sorted(path.name for path in node.cni_dir.iterdir()))
    node.namespace.ip("link", "set", "eth0", "down")
    wait_until(lambda: "eth0 (down)" in node.daemon.log(), "the log says what is down", 10)
    assert node.namespace.has_link("weft.1") and node.admin("/livez").returncode == 0
    assert (node.subnet_env(), sorted(path.name for path in node.cni_dir.iterdir())) == before
    node.namespace.ip("link", "set", "eth0", "up")
    node.namespace.ip("-6", "address", "replace", f"{node.ip6}/64", "dev", "eth0", "nodad")
    node.namespace.ip("route", "replace", "default", "via", "192.0.2.1")
    wait_until(lambda: node.debug("plan")["in_sync"], "in sync again", 40)
    node.wait_ready()


def test_no_vxlan_in_the_kernel_then_the_module(lab):
    lab.start_api()
    node, loaded = lab["n1"], lab.directory / "vxlan-is-loaded"
    preload = pathlib.Path(lab.binaries.api_server).parent / "no_vxlan.so"
    argv = ["env", f"LD_PRELOAD={preload}", f"NO_VXLAN_UNTIL={loaded}", "ASAN_OPTIONS=verify_asan_link_order=0"]
    node.daemon = Process("weftd", node.namespace.command(*argv, *node.daemon_argv()), node.directory / "weftd.log")
    logged(node, "the kernel has no vxlan: modprobe vxlan")
    assert node.subnet_env() == {} and list(node.cni_dir.iterdir()) == []
    loaded.touch()
    node.wait_ready(60)
    assert "the kernel is in sync again" in node.daemon.log()


def test_network_that_overlaps_the_uplink(lab):
    lab.start_api()
    lab["n1"].start_daemon(*net_conf(lab, '{"Network": "192.0.0.0/16"}'))
    logged(lab["n1"], "choose another pod network")


def test_read_only_disk_under_subnet_env(lab):
    lab.start_api()
    node, disk = lab["n1"], lab.directory / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", disk], check=True)
    try:
        old = disk / "subnet.env"
        old.write_text("FLANNEL_NETWORK=10.244.0.0/16\nFLANNEL_SUBNET=10.244.9.1/24\nFLANNEL_MTU=1450\n")
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        node.start_daemon("--subnet-file", old)
        logged(node, "Read-only file system")
        assert "10.244.9.1/24" in old.read_text()
        assert list(node.cni_dir.iterdir()) == []
        # `ip netns exec` gave the daemon a mount namespace of its own.
        subprocess.run(["nsenter", "-t", str(node.daemon.pid), "-m", "mount", "-o", "remount,rw", disk], check=True)
        node.wait_ready()
        assert "10.244.9.1/24" in old.read_text(), "what the node had before is what it asks for"
    finally:
        subprocess.run(["umount", disk], check=True)


def test_full_disk_under_the_run_directory(lab):
    lab.start_api()
    node, disk = lab["n1"], lab.directory / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk], check=True)
    try:
        (disk / "filler").write_bytes(b"x" * 65536)
        node.start_daemon("--run-dir", disk)
        logged(node, "subnet.env: No space left on device (free some space")
        assert "No space left" in node.namespace.run("curl", "-s", "http://127.0.0.1:9472/readyz").stdout
        (disk / "filler").unlink()
        node.wait_ready()
    finally:
        node.daemon.stop()
        subprocess.run(["umount", disk], check=True)


def test_read_only_run_directory(lab):
    disk = lab.directory / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "ro", "tmpfs", disk], check=True)
    try:
        code, line = ended(lab["n1"], *lab["n1"].daemon_argv("--run-dir", disk))
        assert code == PERMISSION and "Read-only file system; make it writable" in line
    finally:
        subprocess.run(["umount", disk], check=True)


def test_a_conflist_directory_behind_a_symbolic_link(lab):
    """The directory may be a link, and an old link in the conflist's place is replaced, its target left alone."""
    lab.start_api()
    node, link = lab["n1"], lab.directory / "net.d"
    link.symlink_to(node.cni_dir)
    target = lab.directory / "somebody-elses.conflist"
    target.write_text("{}")
    (node.cni_dir / "05-weft.conflist").symlink_to(target)
    node.start_daemon("--cni-conf-dir", link)
    node.wait_ready()
    conflist = node.cni_dir / "05-weft.conflist"
    assert not conflist.is_symlink() and json.loads(conflist.read_text())["name"] == "weft"
    assert target.read_text() == "{}" and link.is_symlink()

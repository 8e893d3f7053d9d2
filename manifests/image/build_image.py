#!/usr/bin/env python3
"""Makes the container image: weftd, the CNI plugin, the shared libraries they load, licences, a bill of materials;
no shell, no package manager. The same build and revision give the same bytes."""

import argparse
import os
import pathlib
import subprocess
import tempfile

import debian_packages
import oci_archive
import sbom
import shared_objects

ROOT = pathlib.Path(__file__).resolve().parents[2]
ARCHITECTURES = {"amd64": "x86_64-linux-gnu", "arm64": "aarch64-linux-gnu"}


def git(*argv):
    return subprocess.run(["git", "-C", ROOT, *argv], check=True, text=True, capture_output=True).stdout.strip()


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=pathlib.Path, required=True, help="the build directory")
    parser.add_argument("--output", type=pathlib.Path, required=True, help="the archive to write")
    parser.add_argument("--name", required=True, help="REPOSITORY:TAG")
    parser.add_argument("--version", required=True)
    parser.add_argument("--arch", choices=ARCHITECTURES, default="amd64")
    parser.add_argument("--root", type=pathlib.Path, default=pathlib.Path("/"), help="the file system linked against")
    parser.add_argument("--strip", default="strip", help="that of the architecture")
    parser.add_argument("--rootfs", type=pathlib.Path, help="also write the files below this directory")
    return parser.parse_args()


def stripped(program, strip):
    with tempfile.NamedTemporaryFile() as output:
        subprocess.run([strip, "--strip-unneeded", "-o", output.name, program], check=True)
        return pathlib.Path(output.name).read_bytes()


def library_packages():
    """What the programs are built with: the section of scripts/packages.txt."""
    section = (ROOT / "scripts/packages.txt").read_text().split("# libraries\n")[1].split("\n#")[0]
    return section.split()


def image_files(options):
    triplet = ARCHITECTURES[options.arch]
    daemon, plugin = options.build / "daemon/weftd", options.build / "cni-plugin/weft"
    files = {"usr/bin/weftd": (stripped(daemon, options.strip), 0o755), "usr/bin/weft": (plugin.read_bytes(), 0o755)}
    shipped = set()
    for name, path in shared_objects.closure(daemon, options.root, triplet).items():
        target = name.lstrip("/") if name.startswith("/") else f"usr/lib/{triplet}/{name}"
        files[target] = (path.read_bytes(), 0o755)
        shipped.add(debian_packages.owner(path, options.root))
    for package in shipped:
        files[f"usr/share/doc/{package.name}/copyright"] = (package.copyright(options.root).read_bytes(), 0o644)
    files["usr/share/doc/weft/LICENSE"] = ((ROOT / "LICENSE").read_bytes(), 0o644)
    return files, shipped


def main():
    options = arguments()
    revision = git("rev-parse", "HEAD")
    created = int(os.environ.get("SOURCE_DATE_EPOCH") or git("log", "-1", "--format=%ct"))
    date = oci_archive.timestamp(created)
    files, shipped = image_files(options)
    linked = {debian_packages.package(name, options.root) for name in library_packages()}
    files["usr/share/sbom/weft.spdx.json"] = (sbom.render(options.version, revision, date, shipped, linked), 0o644)
    labels = {f"org.opencontainers.image.{key}": value for key, value in {
        "title": "weft", "description": "An overlay network for Kubernetes", "version": options.version,
        "revision": revision, "created": date, "licenses": "Apache-2.0"}.items()}
    config = {"Entrypoint": ["/usr/bin/weftd"], "Cmd": ["run"], "WorkingDir": "/"}
    archive, compressed = oci_archive.build(options.name, files, options.arch, created, config, labels)
    options.output.write_bytes(archive)
    for name, (content, mode) in files.items() if options.rootfs else ():
        target = options.rootfs / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        target.chmod(mode)
    print(f"{options.name} for {options.arch}: {sum(len(content) for content, _ in files.values()) / 1e6:.1f} MB, "
          f"{compressed / 1e6:.1f} MB compressed: {options.output}")


if __name__ == "__main__":
    main()

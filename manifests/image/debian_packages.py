"""Which Debian package a file came with."""

import pathlib
import subprocess
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Package:
    name: str
    version: str
    source: str
    architecture: str

    def copyright(self, root):
        return root / "usr/share/doc" / self.name / "copyright"


def _query(root, *argv):
    admin = root / "var/lib/dpkg"
    done = subprocess.run(["dpkg-query", f"--admindir={admin}", *argv], text=True, capture_output=True)
    return done.stdout if done.returncode == 0 else None


def package(name, root):
    text = _query(root, "-W", "-f", "${Package}\t${Version}\t${source:Package}\t${Architecture}", name)
    if not text:
        raise LookupError(f"package {name} is not installed in {root}")
    return Package(*text.split("\t"))


def owner(path, root):
    """`path`: below `root`. Since /lib became /usr/lib a package may know its file by either name."""
    real = pathlib.Path("/") / path.resolve().relative_to(root.resolve())
    for name in (str(real), str(real).removeprefix("/usr")):
        text = _query(root, "-S", name)
        if text:
            return package(text.split(": ")[0].split(",")[0], root)
    raise LookupError(f"{path} came with no package")

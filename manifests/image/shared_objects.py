"""What a program loads: its interpreter and shared libraries, found without running it, so for any architecture."""

import pathlib
import re
import subprocess


def _dynamic(path):
    text = subprocess.run(["readelf", "--wide", "-d", "-l", path], check=True, text=True, capture_output=True).stdout
    interpreter = re.search(r"program interpreter: (\S+)\]", text)
    return re.findall(r"\(NEEDED\).*\[(.+)\]", text), interpreter and interpreter[1]


def _find(name, root, triplet):
    for folder in (f"lib/{triplet}", f"usr/lib/{triplet}", "lib", "usr/lib", "lib64"):
        candidate = root / folder / name
        if candidate.exists():
            return candidate
    raise FileNotFoundError(f"{name} is in no library directory of {root} for {triplet}")


def closure(program, root, triplet):
    """{name as it is asked for: file}, the interpreter by its absolute path. `root`: the file system linked against."""
    found, left = {}, [pathlib.Path(program)]
    while left:
        needed, interpreter = _dynamic(left.pop())
        if interpreter:
            found[interpreter] = root / interpreter.lstrip("/")
        for name in needed:
            if name not in found and not any(path.endswith(f"/{name}") for path in found):
                found[name] = _find(name, root, triplet)
                left.append(found[name])
    return found

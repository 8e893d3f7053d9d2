"""A container image of one file, busybox, made without any registry."""

import hashlib
import io
import json
import tarfile

NAME = "weft.test/box:1"


def _tar(entries):
    """`entries`: (name, bytes), or (name, the target of a symbolic link)."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, content in entries:
            entry = tarfile.TarInfo(name)
            entry.mode = 0o755
            if isinstance(content, str):
                entry.type, entry.linkname = tarfile.SYMTYPE, content
            else:
                entry.size = len(content)
            archive.addfile(entry, None if isinstance(content, str) else io.BytesIO(content))
    return out.getvalue()


def write_image(busybox, path):
    """In the format of `docker save`, for `ctr image import`."""
    layer = _tar([("bin/busybox", busybox.read_bytes()), ("bin/sh", "busybox")])
    image = {"architecture": "amd64", "os": "linux", "config": {"Cmd": ["/bin/busybox", "sleep", "3600"]},
             "rootfs": {"type": "layers", "diff_ids": ["sha256:" + hashlib.sha256(layer).hexdigest()]}}
    manifest = [{"Config": "config.json", "RepoTags": [NAME], "Layers": ["layer.tar"]}]
    path.write_bytes(_tar([("config.json", json.dumps(image).encode()), ("layer.tar", layer),
                           ("manifest.json", json.dumps(manifest).encode())]))

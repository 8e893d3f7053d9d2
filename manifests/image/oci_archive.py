"""Files to an image in one tar: OCI image layout 1.0, and beside it the index that `docker load` of any age reads."""

import gzip
import hashlib
import io
import json
import tarfile
import time

_OCI = "application/vnd.oci.image"


def _tar(files, created):
    """The same bytes for the same files: sorted, owned by root, with one date. Values: (content, mode)."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        folders = {"/".join(name.split("/")[:depth]) for name in files for depth in range(1, name.count("/") + 1)}
        for name in sorted(folders | files.keys()):
            entry = tarfile.TarInfo(name)
            entry.mtime = created
            if name in folders:
                entry.type, entry.mode = tarfile.DIRTYPE, 0o755
                archive.addfile(entry)
            else:
                content, entry.mode = files[name]
                entry.size = len(content)
                archive.addfile(entry, io.BytesIO(content))
    return out.getvalue()


def _digest(content):
    return hashlib.sha256(content).hexdigest()


def _described(kind, content):
    return {"mediaType": f"{_OCI}.{kind}", "digest": f"sha256:{_digest(content)}", "size": len(content)}


def timestamp(created):
    """Seconds since 1970, as RFC 3339."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(created))


def build(name, files, architecture, created, config, labels):
    """`created`: seconds since 1970; `config`: Entrypoint and the like. Returns the archive and the size of its layer."""
    layer = _tar(files, created)
    packed = gzip.compress(layer, compresslevel=9, mtime=0)
    date = timestamp(created)
    image = json.dumps({
        "created": date, "architecture": architecture, "os": "linux", "config": {**config, "Labels": labels},
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{_digest(layer)}"]},
        "history": [{"created": date, "created_by": "scripts/image"}],
    }, sort_keys=True).encode()
    manifest = json.dumps({
        "schemaVersion": 2, "mediaType": f"{_OCI}.manifest.v1+json", "config": _described("config.v1+json", image),
        "layers": [_described("layer.v1.tar+gzip", packed)], "annotations": labels,
    }, sort_keys=True).encode()
    index = {"schemaVersion": 2, "mediaType": f"{_OCI}.index.v1+json", "manifests": [{
        **_described("manifest.v1+json", manifest), "platform": {"architecture": architecture, "os": "linux"},
        "annotations": {"io.containerd.image.name": name, "org.opencontainers.image.ref.name": name.split(":")[1]},
    }]}
    blobs = {f"blobs/sha256/{_digest(content)}": (content, 0o644) for content in (packed, image, manifest)}
    docker = [{"Config": f"blobs/sha256/{_digest(image)}", "RepoTags": [name],
               "Layers": [f"blobs/sha256/{_digest(packed)}"]}]
    return _tar({
        "oci-layout": (json.dumps({"imageLayoutVersion": "1.0.0"}).encode(), 0o644),
        "index.json": (json.dumps(index).encode(), 0o644),
        "manifest.json": (json.dumps(docker).encode(), 0o644), **blobs,
    }, created), len(packed)

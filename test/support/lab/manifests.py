"""The manifests under manifests/, rendered and applied by Helm and kubectl."""

import json
import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).parents[3]
NAMESPACE = "kube-weft"
HEADER = "# Made by scripts/manifests from the chart in manifests/helm/weft: change that.\n"


def tool(name):
    return pathlib.Path(os.environ["WEFT_KUBE_BIN"]) / name


def helm_template(**values):
    """The chart as users of Helm get it. A value's name is that of values.yaml, "." written as "__"."""
    sets = [f"--set-json={name.replace('__', '.')}={json.dumps(value)}" for name, value in values.items()]
    return subprocess.run([tool("helm"), "template", "weft", ROOT / "manifests/helm/weft", "--namespace", NAMESPACE,
                           "--kube-version", "1.37.0", *sets], check=True, text=True, capture_output=True).stdout


def render():
    """What manifests/weft.yaml holds."""
    return HEADER + helm_template(createNamespace=True)


class Kubectl:
    """As admin of a lab's cluster, from the underlay's namespace."""

    def __init__(self, cluster):
        self.cluster = cluster
        self.config = json.loads((cluster.directory / "kube.ready").read_text())["admin_kubeconfig"]

    def __call__(self, *argv, input_text=None, check=True, token=None):
        options = ["--kubeconfig", self.config, "--cache-dir", self.cluster.directory / "kubectl-cache"]
        options += ["--token", token] if token else []
        command = self.cluster.underlay.command(tool("kubectl"), *options, *argv)
        done = subprocess.run(command, input=input_text, text=True, capture_output=True, timeout=120)
        if check and done.returncode != 0:
            raise RuntimeError(f"kubectl {' '.join(map(str, argv))}: {done.stderr.strip()}")
        return done

    def apply(self, text):
        return self("apply", "--server-side", "-f", "-", input_text=text).stdout

    def objects(self, *argv, **options):
        return json.loads(self(*argv, "-o", "json", **options).stdout)

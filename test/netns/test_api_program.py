"""weft-test-apiserver as a program: what drivers in other languages rely on."""

import json
import os
import pathlib
import signal
import ssl
import subprocess
import urllib.request

import pytest

from lab import wait_until

PROGRAM = pathlib.Path(os.environ["WEFT_BUILD"]) / "test" / "support" / "weft-test-apiserver"


@pytest.fixture
def served(tmp_path):
    arguments = ["--port-file", tmp_path / "port", "--kubeconfig", tmp_path / "kubeconfig", "--token", "secret",
                 "--tls-dir", tmp_path / "tls"]
    child = subprocess.Popen([PROGRAM, *arguments], stdout=subprocess.PIPE, text=True)
    wait_until((tmp_path / "port").exists, "the port file", 10)
    yield child, tmp_path
    child.kill()
    child.communicate()


def test_the_kubeconfig_opens_it(served):
    _, files = served
    config = json.loads((files / "kubeconfig").read_text())
    server = config["clusters"][0]["cluster"]["server"]
    assert server == f"https://127.0.0.1:{int((files / 'port').read_text())}"
    request = urllib.request.Request(server + "/api/v1/nodes",
                                     headers={"Authorization": f"Bearer {config['users'][0]['user']['token']}"})
    context = ssl.create_default_context(cafile=files / "tls" / "ca.crt")
    with urllib.request.urlopen(request, context=context, timeout=10) as answer:
        assert json.load(answer)["kind"] == "NodeList"


def test_it_announces_itself_and_ends_on_sigterm(served):
    child, _ = served
    assert child.stdout.readline().startswith("weft-test-apiserver: serving https://127.0.0.1:")
    child.send_signal(signal.SIGTERM)
    assert child.wait(10) == 0


@pytest.mark.parametrize("listen", ["nonsense", "127.0.0.1:99999", "host.example:0"])
def test_a_bad_address_is_named(listen):
    done = subprocess.run([PROGRAM, "--listen", listen], capture_output=True, text=True, timeout=10)
    assert done.returncode in (1, 2) and listen.split(":")[0] in done.stderr

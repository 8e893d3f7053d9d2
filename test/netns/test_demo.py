"""scripts/demo, as a stranger runs it: it says what it shows, shows it, and leaves nothing."""

import pathlib
import re
import signal
import subprocess
import sys

from lab import wait_until
from lab.net import run

DEMO = (sys.executable, str(pathlib.Path(__file__).with_name("demo.py")))


def remains():
    return run("ip", "netns", "list").stdout.split() + [str(p) for p in pathlib.Path("/run").glob("weft-lab-*")]


def test_it_shows_leases_pings_healing_and_survival():
    before = remains()
    done = run(*DEMO, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    states = [line.split()[-1] for line in lines if re.match(r" +n[123] +10\.244\.", line)]
    assert sorted(states) == ["routed", "routed", "self"]
    matrix = [line for line in lines if re.match(r" +pod-n", line)]
    assert len(matrix) == 5 and all(line.count("v4 v6") == 4 for line in matrix[1:]), "a heading and four pods"
    assert re.search(r"weft\.1 on n2 was deleted; it and every route were back after \d+ ms", done.stdout)
    assert re.search(r"killed with -9 .*: 0 of \d+ lost", done.stdout)
    assert lines[-1].endswith("removed everything") and remains() == before


def test_more_nodes_and_left_running_until_ctrl_c(tmp_path):
    before = remains()
    with open(tmp_path / "out", "w") as out:
        child = subprocess.Popen([*DEMO, "--nodes", "4", "--keep"], stdout=out, stderr=out)
    try:
        text = lambda: (tmp_path / "out").read_text()
        wait_until(lambda: "press Ctrl-C" in text() or child.poll() is not None, "the hints", 120)
        assert "nsenter" in text() and "debug leases" in text()
        assert {"n1", "n2", "n3", "n4"} <= set(remains()), "left up"
        child.send_signal(signal.SIGINT)
        assert child.wait(30) == 0
    finally:
        child.kill()
    assert remains() == before


def test_a_senseless_number_of_nodes_is_refused():
    done = run(*DEMO, "--nodes", "1", check=False)
    assert done.returncode == 2 and "between 2 and 20" in done.stderr

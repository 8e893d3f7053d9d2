"""The demo: what Weft does, on several nodes in network namespaces, with real daemons and real packets."""

import argparse
import sys
import time

from lab import Cluster, wait_until
from lab.ping import Flow, reachable

started = time.monotonic()


def say(text):
    print(f"[{time.monotonic() - started:6.2f} s] {text}", flush=True)


def show(text):
    print("\n".join(f"    {line}" for line in text.rstrip().splitlines()), flush=True)


def ping_matrix(pods):
    """A row a pod, a column a pod; each cell says which families answered. Returns whether all did."""
    good = True
    print("    " + " " * 14 + "".join(f"{pod.name:>14}" for pod in pods))
    for source in pods:
        cells = []
        for target in pods:
            answers = ["v4" if reachable(source, target.ip4) else "--", "v6" if reachable(source, target.ip6) else "--"]
            good = good and "--" not in answers
            cells.append(f"{' '.join(answers):>14}")
        print(f"    {source.name:<14}" + "".join(cells), flush=True)
    return good


def heal(node, flow_from, flow_to):
    device = "weft.1"
    flow = Flow(flow_from, flow_to.ip4)
    begin = time.monotonic()
    node.namespace.ip("link", "del", device)
    wait_until(lambda: node.namespace.has_link(device) and len(node.routes()) >= len(node.cluster.nodes) - 1,
               f"{device} back on {node.name}")
    healed = time.monotonic() - begin
    wait_until(lambda: reachable(flow_from, flow_to.ip4, deadline=1), "pods reach each other again")
    sent, lost = flow.finish()
    say(f"{device} on {node.name} was deleted; it and every route were back after {healed * 1000:.0f} ms "
        f"({lost} of {sent} pings lost meanwhile)")


def survive(node, flow_from, flow_to):
    flow = Flow(flow_from, flow_to.ip4)
    wait_until(lambda: reachable(flow_from, flow_to.ip4), "a ping before the kill")
    node.daemon.kill()
    for _ in range(20):
        reachable(flow_from, flow_to.ip4)
    node.start_daemon()
    node.wait_ready()
    sent, lost = flow.finish()
    say(f"weftd on {node.name} was killed with -9 and started again under a running ping: {lost} of {sent} lost")
    return lost == 0


def hints(cluster):
    """How to look around from another terminal: the sandbox is entered by the pid of a process inside."""
    node = next(iter(cluster))
    say("left running; in another terminal, as the same user:")
    show(f"sudo nsenter -a -t $(pgrep -f -n 'weftd run --node-name {node.name} ') bash      # inside {node.name}\n"
         f"{cluster.binaries.daemon} debug leases --run-dir {node.run_dir}\n"
         f"ip route show proto 87")
    say("press Ctrl-C to end it and remove everything")
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        pass


def main():
    parser = argparse.ArgumentParser(prog="scripts/demo", description=__doc__)
    parser.add_argument("--nodes", type=int, default=3, metavar="N", help="how many nodes, 2 to 20 (default 3)")
    parser.add_argument("--keep", action="store_true", help="leave everything up at the end, with hints")
    options = parser.parse_args()
    if not 2 <= options.nodes <= 20:
        parser.error(f"--nodes {options.nodes}: between 2 and 20")

    with Cluster(options.nodes) as cluster:
        say(f"{options.nodes} nodes on one underlay, an embedded API server; starting weftd on each")
        cluster.start()
        say("every node holds a lease and routes to every other")
        first, second = cluster["n1"], cluster["n2"]
        show(first.weftd("debug", "leases", "--run-dir", first.run_dir).stdout)

        pods = [node.attach(name) for node in cluster for name in (("a", "b") if node is first else ("a",))]
        say(f"{len(pods)} pods attached by the CNI plugin; pings between all of them:")
        good = ping_matrix(pods)
        heal(second, first.pods["a"], second.pods["a"])
        good = survive(first, first.pods["a"], second.pods["a"]) and good
        if options.keep:
            hints(cluster)
    say("removed everything" if good else "SOMETHING DID NOT WORK, see above")
    return 0 if good else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)

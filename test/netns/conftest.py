"""Fixtures: one cluster for the tests that only look, a fresh one for those that break things."""

import pytest

from lab import Cluster


@pytest.fixture
def make_cluster():
    """Starts clusters and closes them in the end, also after a failure; prints the daemons' logs then."""
    made = []

    def make(nodes=3, **options):
        cluster = Cluster(nodes, **options)
        made.append(cluster)
        return cluster

    yield make
    for cluster in made:
        for node in cluster:
            if node.daemon:
                print(f"--- weftd on {node.name}\n{node.daemon.log()[-4000:]}")
        cluster.close()


@pytest.fixture
def cluster(make_cluster):
    """Three nodes, ready and meshed."""
    return make_cluster(3).start()


@pytest.fixture
def lab():
    """Two nodes and a kubeconfig; nothing runs yet."""
    with Cluster(nodes=2) as cluster:
        cluster.write_kubeconfig(cluster.api.url)
        yield cluster

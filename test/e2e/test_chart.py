"""The Helm chart's values become a configuration that weftd runs with."""

import json
import re

import pytest

from lab import Cluster
from lab.manifests import helm_template


@pytest.mark.parametrize("values, families", [
    ({}, [4]),
    ({"podCidr": "10.64.0.0/12", "podCidrv6": "fd00:99::/48", "subnetLen": 25, "ipv6SubnetLen": 64}, [4, 6]),
    ({"podCidr": "", "podCidrv6": "fd00:98::/48"}, [6]),
    ({"backend": "host-gw"}, [4]),
    ({"vni": 7, "backendPort": 4789, "mtu": 1400, "directRouting": True}, [4]),
])
def test_a_daemon_runs_with_what_the_chart_renders(values, families):
    """net-conf.json and the flags of the DaemonSet, with the paths of the lab in place of the pod's."""
    text = helm_template(**values, args=["--log-level=debug"])
    conf = re.search(r"net-conf\.json: \|\n((?:    .*\n)+)", text)[1]
    flags = re.findall(r"^            - \"?(--[^\s\"]+)", text, re.M)
    assert "--ip-masq" in flags and "--log-level=debug" in flags
    own = [flag for flag in flags if not flag.startswith(("--net-config-path", "--run-dir", "--cni-conf-dir"))]
    assert len(flags) - len(own) == 3
    with Cluster(nodes=1, net_conf=json.loads(conf)) as cluster:
        cluster.daemon_flags = own
        node = cluster.start()["n1"]
        env = node.subnet_env()
        assert [family for family, key in ((4, "FLANNEL_NETWORK"), (6, "FLANNEL_IPV6_NETWORK")) if key in env] == families

"""A bad peer is rejected alone, and `weftd debug peers` says why."""

import json

import pytest

from lab import wait_until

GOOD_VTEP = {"v": 1, "backend": "vxlan", "vni": 1, "port": 8472, "ip": "192.0.2.200", "mac": "0a:58:00:00:00:01",
             "ip6": "2001:db8::200", "mac6": "0a:58:00:00:00:02"}

BAD = {
    "outside-network": ({"v4": "10.9.0.0/24"}, {}),
    "wrong-length": ({"v4": "10.244.128.0/17"}, {}),
    "connected-network": ({"v4": "192.0.2.0/24"}, {}),
    "default-route": ({"v4": "0.0.0.0/0"}, {}),
    "bad-mac": ({}, {"mac": "01:00:5e:00:00:01"}),
    "bad-public-ip": ({}, {"ip": "224.0.0.1"}),
    "own-public-ip": ({}, {"ip": "192.0.2.11"}),
    "backend-mismatch": ({}, {"vni": 2}),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_peer_is_rejected_alone(make_cluster, case):
    lease_change, vtep_change = BAD[case]
    cluster = make_cluster(2).start()
    created = cluster.api.create_node("evil")
    uid = created["metadata"]["uid"]
    lease = {"v": 1, "uid": uid, "v4": "10.244.250.0/24", "v6": "fd00:10:244:250::/64", "src": "claim",
             "rev4": "999999", "rev6": "999999", **lease_change}
    cluster.api.annotate("evil", **{"weft.network/lease": json.dumps(lease),
                                    "weft.network/vtep": json.dumps({**GOOD_VTEP, **vtep_change})})

    def verdict():
        peers = cluster["n1"].debug("peers")["peers"]
        return next((p for p in peers if p["node"] == "evil"), None)
    found = wait_until(verdict, "the verdict on the bad peer")
    assert found["verdict"] == "rejected"
    assert found["reason"] and found["detail"]
    assert len(cluster["n1"].routes()) == 1, "the good peer is routed, the bad one is not"
    assert not any(r["dst"] in lease["v4"] for r in cluster["n1"].routes())

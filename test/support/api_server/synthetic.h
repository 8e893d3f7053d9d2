// Nodes for scale tests: as many as asked for, each of a real Node's size and shape, with Weft's annotations.
#pragma once

#include "test/support/api_server/object_store.h"

#include <cstddef>
#include <string>

namespace weft::test {

struct SyntheticNodes {
  std::size_t first = 0;  // index of the first node; the index decides name, subnets and addresses
  std::size_t count = 1;
  std::string prefix = "fake-";  // names: fake-00000 …
  std::size_t image_count = 40;  // status.images, most of a real Node's 13 kB
  bool lease = true;             // weft.network/lease and vtep
  bool ipv6 = true;
  bool pod_cidr = false;  // spec.podCIDR(s)
};

// Node i leases 10.64.0.0/10's (i mod 16384)th /24 and fd00:64:0:i::/64; its address is 100.64.0.0/10's i-th.
void add_nodes(ObjectStore& store, const SyntheticNodes& wanted);
// Removes the nodes whose name starts with `prefix`; returns how many.
std::size_t remove_nodes(ObjectStore& store, const std::string& prefix);
// A heartbeat, as a kubelet writes it, of `count` nodes one after the other, from `start` on; returns how many.
std::size_t touch_nodes(ObjectStore& store, std::size_t start, std::size_t count);

}  // namespace weft::test

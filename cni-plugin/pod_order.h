// What ADD is asked for, and what the node has for it: everything that can be judged before anything is touched.
//
// Plain values, any thread.
#pragma once

#include "cni-plugin/cni_args.h"
#include "cni-plugin/fixed_addresses.h"
#include "cni-plugin/node_subnet.h"
#include "cni-plugin/verbs.h"

namespace weft::cni {

struct PodOrder {
  AttachOptions options;
  CniArgs args;
  FixedAddresses fixed;
  NodeSubnet subnet;

  [[nodiscard]] std::uint32_t mtu() const { return options.mtu.value_or(subnet.mtu); }
};

// Modes ptp and bridge. Reads subnet.env. Refuses what is asked for and cannot be had on this node.
[[nodiscard]] Outcome<PodOrder> read_order(const Request& request, AttachOptions options);

}  // namespace weft::cni

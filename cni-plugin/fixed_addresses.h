// Addresses that somebody asks for, in place of those the plugin would give: CNI's conventions "ips" and "mac"
// (containernetworking/cni, CONVENTIONS.md).
//
// Each of the two is taken whole from the first place that has it: "runtimeConfig", then "args": {"cni": …}, then
// CNI_ARGS (IP, MAC). What is asked for is given or refused, never replaced. Plain values, any thread.
#pragma once

#include "cni-plugin/cni_args.h"
#include "cni-plugin/json_document.h"
#include "cni-plugin/pod_link.h"
#include "subnet/ledger/address_pool.h"
#include "subnet/ledger/ledger.h"
#include "subnet/mac_address.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace weft::cni {

// Where something was asked for, for messages, and what code refuses it.
struct AskedIn {
  std::string field;
  Code code = Code::invalid_configuration;
};

struct FixedAddress {
  IpAddress address;
  std::optional<unsigned> length;  // where one was written: the node's subnet's, or the address's own
};

struct FixedAddresses {
  std::vector<FixedAddress> ips;  // at most one a family
  AskedIn ips_from;
  std::optional<MacAddress> mac;
  AskedIn mac_from;
};

// Code 7, or 4 when CNI_ARGS is at fault; so below, too.
[[nodiscard]] Outcome<FixedAddresses> parse_fixed_addresses(const Json& document, const CniArgs& args);

// Whether the node's pools have them. Whether they are free the ledger tells.
[[nodiscard]] Outcome<> check_fit(const FixedAddresses& fixed, std::span<const AddressPool> pools);

// On one bridge a hardware address leads to one pod. Asked with `own` in the ledger, so that of two pods that ask for
// the same one at the same time none takes it for free. Code 105.
[[nodiscard]] Outcome<> check_mac_is_free(const AskedIn& from, const Ledger& ledger, const Attachment& own,
                                          const PodBridge& bridge);

}  // namespace weft::cni

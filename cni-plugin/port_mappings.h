// The ports of the node that a pod asks for: runtimeConfig's "portMappings" (CNI conventions, dynamic plugin specific
// fields).
#pragma once

#include "cni-plugin/failure.h"
#include "cni-plugin/json_document.h"
#include "subnet/ledger/address_pool.h"
#include "subnet/ledger/port_mapping.h"

#include <span>
#include <vector>

namespace weft::cni {

// Sorted, without repetitions. Code 7: a value out of its range, or two mappings that contradict each other; code 2:
// what cannot be done at all. Messages name key and value.
[[nodiscard]] Outcome<std::vector<PortMapping>> parse_port_mappings(const Json& document);

// Code 7 when a mapping is for addresses of a family that the node's pods do not have.
[[nodiscard]] Outcome<> check_families(std::span<const PortMapping> mappings, std::span<const AddressPool> pools);

// Whether a process of the node reaches one of them by 127.0.0.0/8.
[[nodiscard]] bool has_loopback_port(std::span<const PortMapping> mappings);

}  // namespace weft::cni

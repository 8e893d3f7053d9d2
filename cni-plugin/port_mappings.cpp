#include "cni-plugin/port_mappings.h"

#include "subnet/ledger/attachment.h"

#include <algorithm>
#include <limits>

namespace weft::cni {

namespace {

constexpr const char* kKey = "portMappings";

Outcome<std::uint16_t> read_port(const Json& entry, const char* name) {
  constexpr unsigned kMax = std::numeric_limits<std::uint16_t>::max();
  const Json* value = member(entry, name);
  if (value == nullptr || !value->is_number_unsigned() || *value < 1U || *value > kMax) {
    return refuse(Code::invalid_configuration, "\"{}\" {}: \"{}\" must be a number from 1 to {}", kKey, to_text(entry),
                  name, kMax);
  }
  return value->get<std::uint16_t>();
}

// What is missing is TCP.
Outcome<Transport> read_protocol(const Json& entry) {
  const Json* value = member(entry, "protocol");
  if (value == nullptr || *value == Json("")) return Transport::tcp;
  const auto transport = parse_transport(text_member(entry, "protocol"));
  if (transport) return *transport;
  return refuse(Code::unsupported_field, "\"{}\": \"protocol\" {} is not supported: use \"tcp\", \"udp\" or \"sctp\"",
                kKey, to_text(*value));
}

Outcome<std::optional<IpAddress>> read_host_address(const Json& entry) {
  const Json* value = member(entry, "hostIP");
  if (value == nullptr || *value == Json("")) return std::nullopt;
  const auto address = IpAddress::parse(text_member(entry, "hostIP"));
  if (!address || address->is_multicast()) {
    return refuse(Code::invalid_configuration, "\"{}\": \"hostIP\" {}: must be an address of the node", kKey,
                  to_text(*value));
  }
  if (!address->is_v4() && address->is_loopback()) {
    return refuse(Code::unsupported_field,
                  "\"{}\": \"hostIP\" {} is not supported: the kernel lets no packet from ::1 leave the node; use "
                  "127.0.0.1",
                  kKey, to_text(*value));
  }
  return *address;
}

Outcome<PortMapping> read_mapping(const Json& entry) {
  const auto host_port = read_port(entry, "hostPort");
  if (!host_port) return std::unexpected(host_port.error());
  const auto pod_port = read_port(entry, "containerPort");
  if (!pod_port) return std::unexpected(pod_port.error());
  const auto transport = read_protocol(entry);
  if (!transport) return std::unexpected(transport.error());
  const auto address = read_host_address(entry);
  if (!address) return std::unexpected(address.error());
  return PortMapping{*transport, *host_port, *pod_port, *address};
}

// Both open the same port of the same address, and lead to different ports of the pod.
bool contradict(const PortMapping& a, const PortMapping& b) {
  if (a.transport != b.transport || a.host_port != b.host_port || a.pod_port == b.pod_port) return false;
  if (a.host_address == b.host_address) return true;
  return a.is_for_all_addresses() && b.is_for_all_addresses() && (!a.host_address || !b.host_address);
}

Outcome<> check_contradictions(std::span<const PortMapping> mappings) {
  for (std::size_t i = 0; i < mappings.size(); ++i) {
    // Sorted by protocol and port: those of the same port follow each other.
    for (std::size_t k = i + 1; k < mappings.size() && mappings[k].host_port == mappings[i].host_port; ++k) {
      if (!contradict(mappings[i], mappings[k])) continue;
      return refuse(Code::invalid_configuration, "\"{}\": \"{}\" and \"{}\" are one port of the node with two targets",
                    kKey, to_string(mappings[i]), to_string(mappings[k]));
    }
  }
  return {};
}

}  // namespace

Outcome<std::vector<PortMapping>> parse_port_mappings(const Json& document) {
  std::vector<PortMapping> mappings;
  const Json* list = member(document, "runtimeConfig", kKey);
  if (list == nullptr || list->is_null()) return mappings;
  if (!list->is_array() || list->size() > kMaxPortMappings) {
    return refuse(Code::invalid_configuration, "\"{}\": must be a list of at most {} mappings", kKey, kMaxPortMappings);
  }
  for (const Json& entry : *list) {
    const auto mapping = read_mapping(entry);
    if (!mapping) return std::unexpected(mapping.error());
    mappings.push_back(*mapping);
  }
  std::sort(mappings.begin(), mappings.end());
  mappings.erase(std::unique(mappings.begin(), mappings.end()), mappings.end());
  if (const auto checked = check_contradictions(mappings); !checked) return std::unexpected(checked.error());
  return mappings;
}

Outcome<> check_families(std::span<const PortMapping> mappings, std::span<const AddressPool> pools) {
  for (const PortMapping& mapping : mappings) {
    const bool covered = std::any_of(pools.begin(), pools.end(), [&mapping](const AddressPool& pool) {
      return mapping.covers(pool.subnet().family());
    });
    if (covered || !mapping.host_address) continue;
    return refuse(Code::invalid_configuration, "\"{}\": \"hostIP\" \"{}\": this node's pods have no {} addresses", kKey,
                  mapping.host_address->to_string(), to_string(mapping.host_address->family()));
  }
  return {};
}

bool has_loopback_port(std::span<const PortMapping> mappings) {
  return std::any_of(mappings.begin(), mappings.end(), [](const PortMapping& mapping) {
    if (!mapping.covers(Family::v4)) return false;
    const IpAddress* only = mapping.only_address();
    return only == nullptr || only->is_loopback();
  });
}

}  // namespace weft::cni

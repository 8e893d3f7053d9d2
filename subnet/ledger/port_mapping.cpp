#include "subnet/ledger/port_mapping.h"

#include "subnet/ascii.h"

#include <array>
#include <charconv>

namespace weft {

namespace {

constexpr std::array kTransports = {Transport::tcp, Transport::udp, Transport::sctp};

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || port == 0) return std::nullopt;
  return port;
}

}  // namespace

std::string_view to_string(Transport transport) {
  switch (transport) {
    case Transport::tcp:
      return "tcp";
    case Transport::udp:
      return "udp";
    case Transport::sctp:
      return "sctp";
  }
  return "";
}

std::optional<Transport> parse_transport(std::string_view text) {
  for (const Transport transport : kTransports) {
    if (same_but_for_case(to_string(transport), text)) return transport;
  }
  return std::nullopt;
}

bool PortMapping::covers(Family family) const { return !host_address || host_address->family() == family; }

const IpAddress* PortMapping::only_address() const {
  return host_address && !host_address->is_unspecified() ? &*host_address : nullptr;
}

std::string to_string(const PortMapping& mapping) {
  std::string text = fmt::format("{} {} {}", to_string(mapping.transport), mapping.host_port, mapping.pod_port);
  if (mapping.host_address) text += ' ' + mapping.host_address->to_string();
  return text;
}

Result<PortMapping> parse_port_mapping(std::string_view text) {
  const auto words = split(text, ' ');
  if (words.size() < 3 || words.size() > 4) return fail("port mapping \"{}\": not three or four words", text);
  const auto transport = parse_transport(words[0]);
  const auto host_port = parse_port(words[1]);
  const auto pod_port = parse_port(words[2]);
  if (!transport || !host_port || !pod_port) return fail("port mapping \"{}\": no protocol and two ports", text);
  PortMapping mapping{*transport, *host_port, *pod_port, std::nullopt};
  if (words.size() == 4) {
    const auto address = IpAddress::parse(words[3]);
    if (!address) return fail_with("port mapping", address.error());
    mapping.host_address = *address;
  }
  return mapping;
}

}  // namespace weft

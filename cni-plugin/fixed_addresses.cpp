#include "cni-plugin/fixed_addresses.h"

#include "subnet/ascii.h"

#include <algorithm>
#include <charconv>

namespace weft::cni {

namespace {

constexpr std::size_t kMaxAsked = 16;

// A text or a list that is asked for, and where. The value is nullptr when nobody asks.
struct Asked {
  const Json* value = nullptr;
  AskedIn from;
};

bool is_set(const Json* value) {
  return value != nullptr && !value->is_null() && !value->empty() && *value != Json("");
}

Asked find(const Json& document, const char* name) {
  const Json* asked = member(document, "runtimeConfig", name);
  if (is_set(asked)) return {asked, {fmt::format("\"runtimeConfig\": \"{}\"", name)}};
  const Json* conventions = member(document, "args", "cni");
  asked = conventions == nullptr ? nullptr : member(*conventions, name);
  if (is_set(asked)) return {asked, {fmt::format("\"args\": \"cni\": \"{}\"", name)}};
  return {};
}

std::optional<unsigned> parse_length(std::string_view text) {
  unsigned length = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return length;
}

Outcome<FixedAddress> parse_ip(const std::string& text, const AskedIn& from) {
  const std::size_t slash = text.find('/');
  const auto address = IpAddress::parse(std::string_view(text).substr(0, slash));
  FixedAddress fixed;
  if (slash != std::string::npos) fixed.length = parse_length(std::string_view(text).substr(slash + 1));
  if (!address || (slash != std::string::npos && !fixed.length)) {
    return refuse(from.code, "{} \"{}\": must be an IP address, with or without a prefix length", from.field, text);
  }
  fixed.address = *address;
  return fixed;
}

Outcome<std::vector<FixedAddress>> parse_ips(const std::vector<std::string>& texts, const AskedIn& from) {
  std::vector<FixedAddress> ips;
  for (const std::string& text : texts) {
    const auto parsed = parse_ip(text, from);
    if (!parsed) return std::unexpected(parsed.error());
    const Family family = parsed->address.family();
    const auto same = [family](const FixedAddress& other) { return other.address.family() == family; };
    if (std::any_of(ips.begin(), ips.end(), same)) {
      return refuse(from.code, "{} \"{}\": a pod has one {} address, and this is the second: leave one out", from.field,
                    text, to_string(family));
    }
    ips.push_back(*parsed);
  }
  return ips;
}

Outcome<std::vector<std::string>> texts_of(const Json& list, const AskedIn& from) {
  std::vector<std::string> texts;
  const bool valid = list.is_array() && list.size() <= kMaxAsked &&
                     std::all_of(list.begin(), list.end(), [](const Json& entry) { return entry.is_string(); });
  if (!valid) {
    return refuse(from.code, "{} {}: must be a list of at most {} addresses", from.field, to_text(list), kMaxAsked);
  }
  for (const Json& entry : list) texts.push_back(entry.get<std::string>());
  return texts;
}

// As in the configuration of CNI's "static" plugin: one address a family, separated by commas.
std::vector<std::string> texts_of(const std::string& line) {
  const auto parts = split(line, ',');
  return {parts.begin(), parts.end()};
}

Outcome<> read_ips(const Json& document, const CniArgs& args, FixedAddresses& fixed) {
  const Asked asked = find(document, "ips");
  if (asked.value == nullptr && args.ip.empty()) return {};
  fixed.ips_from = asked.value != nullptr ? asked.from : AskedIn{"CNI_ARGS: IP", Code::invalid_environment};
  const auto texts = asked.value != nullptr ? texts_of(*asked.value, fixed.ips_from) : texts_of(args.ip);
  if (!texts) return std::unexpected(texts.error());
  auto ips = parse_ips(*texts, fixed.ips_from);
  if (!ips) return std::unexpected(ips.error());
  fixed.ips = *std::move(ips);
  return {};
}

Outcome<> read_mac(const Json& document, const CniArgs& args, FixedAddresses& fixed) {
  const Asked asked = find(document, "mac");
  if (asked.value == nullptr && args.mac.empty()) return {};
  fixed.mac_from = asked.value != nullptr ? asked.from : AskedIn{"CNI_ARGS: MAC", Code::invalid_environment};
  const Json value = asked.value != nullptr ? *asked.value : Json(args.mac);
  const auto mac = MacAddress::parse(value.is_string() ? value.get<std::string>() : "");
  if (!mac || !mac->is_unicast()) {
    return refuse(fixed.mac_from.code,
                  "{} {}: must be a unicast hardware address of six bytes, as \"0a:58:0a:f4:07:09\": its first byte is "
                  "even, and not all are zero",
                  fixed.mac_from.field, to_text(value));
  }
  fixed.mac = *mac;
  return {};
}

std::optional<std::string> misfit(const FixedAddress& asked, std::span<const AddressPool> pools) {
  const Family family = asked.address.family();
  const auto pool = std::find_if(pools.begin(), pools.end(),
                                 [family](const AddressPool& p) { return p.subnet().family() == family; });
  if (pool == pools.end()) return fmt::format("this node's pods have no {} addresses", to_string(family));
  if (const auto may = pool->check(asked.address); !may) return may.error().message;
  const unsigned own = pool->subnet().length();
  if (!asked.length || *asked.length == own || *asked.length == address_bits(family)) return std::nullopt;
  return fmt::format("the prefix length must be {}, as this node's subnet has it, or left out", own);
}

}  // namespace

Outcome<FixedAddresses> parse_fixed_addresses(const Json& document, const CniArgs& args) {
  FixedAddresses fixed;
  for (const auto& read : {read_ips(document, args, fixed), read_mac(document, args, fixed)}) {
    if (!read) return std::unexpected(read.error());
  }
  return fixed;
}

Outcome<> check_fit(const FixedAddresses& fixed, std::span<const AddressPool> pools) {
  for (const FixedAddress& asked : fixed.ips) {
    const auto why = misfit(asked, pools);
    if (!why) continue;
    const std::string length = asked.length ? fmt::format("/{}", *asked.length) : "";
    return refuse(fixed.ips_from.code, "{} \"{}{}\": {}", fixed.ips_from.field, asked.address.to_string(), length,
                  *why);
  }
  return {};
}

Outcome<> check_mac_is_free(const AskedIn& from, const Ledger& ledger, const Attachment& own, const PodBridge& bridge) {
  if (!own.mac) return {};
  const std::string asked = own.mac->to_string();
  if (*own.mac == bridge.mac) {
    return refuse(Code::address_taken, "{} \"{}\": bridge {} has it: ask for another", from.field, asked, bridge.name);
  }
  const auto entries = ledger.list();
  if (!entries) return refuse_with(Code::io_failure, "dataDir", entries.error());
  for (const Ledger::Entry& entry : *entries) {
    if (!entry.attachment || entry.key == own.key || entry.attachment->boot_id != own.boot_id) continue;
    if (entry.attachment->mac.value_or(pod_link_of(entry.key).pod_mac) != *own.mac) continue;
    return refuse(Code::address_taken, "{} \"{}\": {} has it: ask for another", from.field, asked,
                  describe_owner(*entry.attachment));
  }
  return {};
}

}  // namespace weft::cni

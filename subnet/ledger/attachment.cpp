#include "subnet/ledger/attachment.h"

#include "subnet/json_text.h"

#include <nlohmann/json.hpp>

namespace weft {

namespace {

using nlohmann::json;

constexpr int kSchema = 1;
constexpr int kSchemaWithPorts = 2;
constexpr std::size_t kMaxAddresses = 16;

// Missing and mistyped members read as absent and empty: only the key decides whether an entry is one.
std::optional<std::int64_t> number_of(const json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_number_integer()) return std::nullopt;
  return found->get<std::int64_t>();
}

std::string text_of(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

Result<std::vector<IpAddress>> addresses_of(const json& object) {
  const auto found = object.find("ips");
  if (found == object.end() || !found->is_array() || found->size() > kMaxAddresses) {
    return fail("\"ips\" is not a list of at most {} addresses", kMaxAddresses);
  }
  std::vector<IpAddress> addresses;
  for (const json& entry : *found) {
    if (!entry.is_string()) return fail("\"ips\" holds something that is not a text");
    const auto address = IpAddress::parse(entry.get_ref<const std::string&>());
    if (!address) return fail_with("\"ips\"", address.error());
    addresses.push_back(*address);
  }
  return addresses;
}

// Missing in entries without, and in those of the first schema.
Result<std::vector<PortMapping>> port_mappings_of(const json& object) {
  std::vector<PortMapping> mappings;
  const auto found = object.find("ports");
  if (found == object.end()) return mappings;
  if (!found->is_array() || found->size() > kMaxPortMappings) {
    return fail("\"ports\" is not a list of at most {} mappings", kMaxPortMappings);
  }
  for (const json& entry : *found) {
    if (!entry.is_string()) return fail("\"ports\" holds something that is not a text");
    const auto mapping = parse_port_mapping(entry.get_ref<const std::string&>());
    if (!mapping) return fail_with("\"ports\"", mapping.error());
    mappings.push_back(*mapping);
  }
  return mappings;
}

}  // namespace

std::string describe_owner(const Attachment& attachment) {
  const std::string container = "container " + attachment.key.container_id;
  if (attachment.pod_name.empty()) return container;
  return fmt::format("{} ({}/{})", container, attachment.pod_namespace, attachment.pod_name);
}

std::string encode(const Attachment& attachment) {
  json ips = json::array();
  for (const IpAddress& address : attachment.addresses) ips.push_back(address.to_string());
  json object = {{"v", attachment.port_mappings.empty() ? kSchema : kSchemaWithPorts},
                 {"id", attachment.key.container_id},
                 {"if", attachment.key.interface},
                 {"network", attachment.network},
                 {"link", attachment.host_link},
                 {"netns", attachment.netns},
                 {"boot", attachment.boot_id},
                 {"namespace", attachment.pod_namespace},
                 {"pod", attachment.pod_name},
                 {"at", attachment.created_at},
                 {"ips", std::move(ips)}};
  for (const PortMapping& mapping : attachment.port_mappings) object["ports"].push_back(to_string(mapping));
  if (attachment.mac) object["mac"] = attachment.mac->to_string();
  if (attachment.since_boot) object["up"] = attachment.since_boot->count();
  return json_text(object) + '\n';
}

Result<Attachment> decode_attachment(std::string_view text) {
  if (text.size() > kMaxAttachmentBytes) return fail("an entry of more than {} bytes", kMaxAttachmentBytes);
  const json object = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!object.is_object()) return fail("an entry that is not a JSON object");

  Attachment attachment;
  attachment.key = {text_of(object, "id"), text_of(object, "if")};
  if (attachment.key.container_id.empty() || attachment.key.interface.empty()) {
    return fail("an entry without \"id\" or \"if\"");
  }
  auto addresses = addresses_of(object);
  if (!addresses) return std::unexpected(addresses.error());
  attachment.addresses = *std::move(addresses);
  auto mappings = port_mappings_of(object);
  if (!mappings) return std::unexpected(mappings.error());
  attachment.port_mappings = *std::move(mappings);
  if (const auto mac = MacAddress::parse(text_of(object, "mac"))) attachment.mac = *mac;
  attachment.network = text_of(object, "network");
  attachment.host_link = text_of(object, "link");
  attachment.netns = text_of(object, "netns");
  attachment.boot_id = text_of(object, "boot");
  attachment.pod_namespace = text_of(object, "namespace");
  attachment.pod_name = text_of(object, "pod");
  attachment.created_at = number_of(object, "at").value_or(0);
  if (const auto up = number_of(object, "up")) attachment.since_boot = std::chrono::milliseconds(*up);
  return attachment;
}

}  // namespace weft

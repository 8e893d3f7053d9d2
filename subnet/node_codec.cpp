#include "subnet/node_codec.h"

#include "subnet/json_object.h"
#include "subnet/json_text.h"

#include <charconv>

namespace weft {
namespace {

constexpr std::size_t kLongestUid = 128;
constexpr std::size_t kLongestNonce = 64;
constexpr std::uint32_t kLargestVni = (1U << 24) - 1;

void check_version(JsonObject& object) {
  const auto version = object.required("v", object.number("v", 0xffffffffU));
  if (version != 1) object.refuse("v", fmt::format("is {}: this version of Weft reads 1", version));
}

Subnets read_subnets(JsonObject& object) {
  Subnets subnets{object.prefix("v4", Family::v4), object.prefix("v6", Family::v6)};
  if (subnets.empty()) object.refuse("v4", "and \"v6\" are both missing");
  return subnets;
}

Revision read_revision(JsonObject& object, const char* key, bool wanted) {
  const auto text = object.text(key, 20);
  if (!wanted) return 0;
  const auto revision = parse_revision(text.value_or(""));
  if (revision == 0) object.refuse(key, "is no revision: the decimal number, above 0, as text");
  return revision;
}

template <class T>
Result<T> finish(const JsonObject& object, T value) {
  if (const auto& error = object.error()) return std::unexpected(*error);
  return value;
}

// The members every annotation begins with, in a stable order.
nlohmann::ordered_json begin() { return {{"v", 1}}; }

template <class T>
void put(nlohmann::ordered_json& json, const char* key, const std::optional<T>& value) {
  if (value) json[key] = value->to_string();
}

template <class T>
void decode_annotation(std::string_view key, std::string_view text, Result<T> (*decode)(std::string_view),
                       std::optional<T>& target, std::vector<std::string>& problems) {
  auto value = decode(text);
  if (value) {
    target = std::move(*value);
  } else {
    problems.push_back(fmt::format("annotation {}: {}", key, value.error().message));
  }
}

void decode_overwrite(std::string_view key, std::string_view text, Family family, std::optional<IpAddress>& target,
                      std::vector<std::string>& problems) {
  auto value = IpAddress::parse(text);
  if (value && value->family() == family) {
    target = *value;
  } else {
    problems.push_back(
        fmt::format("annotation {}: \"{}\" is no {} address", key, text.substr(0, 64), to_string(family)));
  }
}

}  // namespace

Revision parse_revision(std::string_view text) {
  Revision revision = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), revision);
  return error == std::errc{} && end == text.data() + text.size() ? revision : 0;
}

Result<Claim> decode_claim(std::string_view json) {
  JsonObject object(json);
  check_version(object);
  Claim claim;
  claim.uid = object.required("uid", object.text("uid", kLongestUid));
  claim.nonce = object.required("nonce", object.text("nonce", kLongestNonce));
  claim.subnets = read_subnets(object);
  return finish(object, std::move(claim));
}

Result<Lease> decode_lease(std::string_view json) {
  JsonObject object(json);
  check_version(object);
  Lease lease;
  lease.uid = object.required("uid", object.text("uid", kLongestUid));
  lease.subnets = read_subnets(object);
  // A later version may know more sources; what matters of those here is that they are no podCIDR.
  const auto source = object.text("src", kLongestUid).value_or("claim");
  lease.source = source == to_string(LeaseSource::pod_cidr) ? LeaseSource::pod_cidr : LeaseSource::claim;
  lease.rev4 = read_revision(object, "rev4", lease.subnets.v4.has_value());
  lease.rev6 = read_revision(object, "rev6", lease.subnets.v6.has_value());
  return finish(object, std::move(lease));
}

Result<Subnets> decode_reservation(std::string_view json) {
  JsonObject object(json);
  if (object.number("v", 0xffffffffU).value_or(1) != 1) object.refuse("v", "is not 1");
  return finish(object, read_subnets(object));
}

Result<Vtep> decode_vtep(std::string_view json) {
  JsonObject object(json);
  check_version(object);
  Vtep vtep;
  const auto backend = object.required("backend", object.text("backend", 32));
  if (backend == to_string(BackendType::host_gw)) {
    vtep.backend = BackendType::host_gw;
  } else if (backend != to_string(BackendType::vxlan)) {
    object.refuse("backend", fmt::format("is \"{}\": this version of Weft knows vxlan and host-gw", backend));
  }
  vtep.vni = static_cast<std::uint32_t>(object.number("vni", kLargestVni).value_or(0));
  vtep.port = static_cast<std::uint16_t>(object.number("port", 0xffff).value_or(0));
  vtep.ip = object.address("ip", Family::v4);
  vtep.ip6 = object.address("ip6", Family::v6);
  vtep.mac = object.mac("mac");
  vtep.mac6 = object.mac("mac6");
  if (!vtep.ip && !vtep.ip6) object.refuse("ip", "and \"ip6\" are both missing");
  return finish(object, vtep);
}

std::string encode(const Claim& claim) {
  auto json = begin();
  json["uid"] = claim.uid;
  json["nonce"] = claim.nonce;
  put(json, "v4", claim.subnets.v4);
  put(json, "v6", claim.subnets.v6);
  return json_text(json);
}

std::string encode(const Lease& lease) {
  auto json = begin();
  json["uid"] = lease.uid;
  put(json, "v4", lease.subnets.v4);
  put(json, "v6", lease.subnets.v6);
  json["src"] = to_string(lease.source);
  // Text, as Kubernetes writes revisions: JSON numbers above 2^53 do not survive every reader.
  if (lease.subnets.v4) json["rev4"] = std::to_string(lease.rev4);
  if (lease.subnets.v6) json["rev6"] = std::to_string(lease.rev6);
  return json_text(json);
}

std::string encode(const Vtep& vtep) {
  auto json = begin();
  json["backend"] = to_string(vtep.backend);
  if (vtep.backend == BackendType::vxlan) {
    json["vni"] = vtep.vni;
    json["port"] = vtep.port;
  }
  put(json, "ip", vtep.ip);
  put(json, "mac", vtep.mac);
  put(json, "ip6", vtep.ip6);
  put(json, "mac6", vtep.mac6);
  return json_text(json);
}

NodeRecord decode_node(const RawNode& node, const AnnotationKeys& keys) {
  NodeRecord record{.name = node.name,
                    .uid = node.uid,
                    .revision = parse_revision(node.resource_version),
                    .deleting = node.deleting,
                    .has_spec = node.has_spec};
  auto& problems = record.problems;
  for (const auto& [key, text] : node.annotations) {
    if (key == keys.claim) decode_annotation(key, text, decode_claim, record.claim, problems);
    if (key == keys.lease) decode_annotation(key, text, decode_lease, record.lease, problems);
    if (key == keys.vtep) decode_annotation(key, text, decode_vtep, record.vtep, problems);
    if (key == keys.reserve) decode_annotation(key, text, decode_reservation, record.reserved, problems);
    if (key == keys.public_ip_overwrite) decode_overwrite(key, text, Family::v4, record.public_ip_overwrite, problems);
    if (key == keys.public_ipv6_overwrite)
      decode_overwrite(key, text, Family::v6, record.public_ip6_overwrite, problems);
  }
  for (const auto& text : node.pod_cidrs) {
    if (auto block = IpPrefix::parse(text)) {
      record.pod_cidrs.push_back(*block);
    } else {
      problems.push_back(fmt::format("spec.podCIDRs: {}", block.error().message));
    }
  }
  return record;
}

}  // namespace weft

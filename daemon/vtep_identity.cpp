#include "daemon/vtep_identity.h"

#include "backend/node_facts.h"
#include "subnet/network_config.h"

#include <nlohmann/json.hpp>

namespace weft {
namespace {

std::optional<MacAddress> mac_field(const nlohmann::json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_string()) return std::nullopt;
  auto mac = MacAddress::parse(found->get_ref<const std::string&>());
  if (!mac || !mac->is_unicast()) return std::nullopt;
  return *mac;
}

MacAddress first_known(std::span<const KnownMacs> sources, std::optional<MacAddress> KnownMacs::* field,
                       const RandomSource& random) {
  for (const KnownMacs& source : sources) {
    if (const auto& mac = source.*field; mac && mac->is_unicast()) return *mac;
  }
  return MacAddress::locally_administered(random());
}

}  // namespace

std::string render_vtep_identity(const VtepIdentity& identity) {
  return nlohmann::json{{"mac", identity.mac.to_string()}, {"mac6", identity.mac6.to_string()}}.dump() + "\n";
}

KnownMacs parse_vtep_identity(std::string_view text) {
  const auto object = nlohmann::json::parse(text, nullptr, false);
  if (!object.is_object()) return {};
  return {mac_field(object, "mac"), mac_field(object, "mac6")};
}

VtepIdentity choose_vtep_identity(std::span<const KnownMacs> sources, const RandomSource& random) {
  return {first_known(sources, &KnownMacs::mac, random), first_known(sources, &KnownMacs::mac6, random)};
}

std::filesystem::path vtep_identity_path(const std::filesystem::path& run_dir) { return run_dir / "vtep.json"; }

Vtep make_vtep(const VtepIdentity& identity, const NetworkConfig& config, const Uplink& uplink) {
  Vtep vtep{.backend = config.backend.type, .vni = config.backend.vni, .port = config.backend.port};
  const bool tunnel = config.backend.type == BackendType::vxlan;
  if (config.v4 && uplink.public4) {
    vtep.ip = uplink.public4;
    if (tunnel) vtep.mac = identity.mac;
  }
  if (config.v6 && uplink.public6) {
    vtep.ip6 = uplink.public6;
    if (tunnel) vtep.mac6 = identity.mac6;
  }
  return vtep;
}

}  // namespace weft

// The MAC addresses of this node's VXLAN devices: chosen once, then kept.
//
// Peers' forwarding entries name them, so a new one would cost every peer an update and every flow a gap. They are
// taken from <run-dir>/vtep.json, else from the devices that are there, else from the node's own vtep annotation
// (the run directory is gone after a reboot), else made up: random, unicast, locally administered.
// Blocking reads and writes of one small file; call it at start.
#pragma once

#include "subnet/backoff.h"
#include "subnet/lease.h"

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace weft {

struct NetworkConfig;
struct Uplink;

struct VtepIdentity {
  MacAddress mac;   // of weft.<vni>
  MacAddress mac6;  // of weft-v6.<vni>

  friend bool operator==(const VtepIdentity&, const VtepIdentity&) = default;
};

// What is known from elsewhere, best first.
struct KnownMacs {
  std::optional<MacAddress> mac;
  std::optional<MacAddress> mac6;
};

[[nodiscard]] std::string render_vtep_identity(const VtepIdentity& identity);
// Fields that are missing or no unicast address are left out.
[[nodiscard]] KnownMacs parse_vtep_identity(std::string_view text);

// Pure: the first of `sources` that knows each address, then `random`.
[[nodiscard]] VtepIdentity choose_vtep_identity(std::span<const KnownMacs> sources, const RandomSource& random);

[[nodiscard]] std::filesystem::path vtep_identity_path(const std::filesystem::path& run_dir);

// The vtep to publish: both families of `uplink` that `config` uses.
[[nodiscard]] Vtep make_vtep(const VtepIdentity& identity, const NetworkConfig& config, const Uplink& uplink);

}  // namespace weft

// The network configuration on standard input: what every verb reads, and what only ADD needs.
//
// Plain values. Unknown keys are tolerated, so that newer configurations and other plugins' keys in a chain do no
// harm; known keys that this version cannot honour are refused by ADD, never ignored.
#pragma once

#include "cni-plugin/bandwidth.h"
#include "cni-plugin/json_document.h"
#include "cni-plugin/port_mappings.h"
#include "cni-plugin/protocol_version.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace weft::cni {

struct NetConf {
  SpecVersion version = SpecVersion::v1_0_0;
  std::string name;                                  // of the network
  std::string data_directory = "/run/weft/cni";      // "dataDir": the address ledger
  std::string subnet_file = "/run/weft/subnet.env";  // "subnetFile"
  Json document;                                     // all of it
};

// Needs a supported cniVersion and a valid name.
[[nodiscard]] Outcome<NetConf> parse_net_conf(std::string_view text);

// For VERSION: the cniVersion of the request, whatever it is; empty when there is none.
[[nodiscard]] std::string requested_version(std::string_view text);

enum class AttachMode : std::uint8_t { ptp, bridge, delegate };

struct AttachOptions {
  AttachMode mode = AttachMode::ptp;  // delegate also without "mode", when there is a "delegate" to run
  std::optional<std::uint32_t> mtu;   // "mtu": in place of the subnet file's
  std::string bridge = "cni0";        // "bridge"; mode bridge only
  bool isolated = false;              // "isolated": pods reach each other only through the host; mode bridge only
  Bandwidth bandwidth;
  std::vector<PortMapping> port_mappings;
};

// Refuses modes and capabilities that are not there yet (code 2) and wrong values (code 7).
[[nodiscard]] Outcome<AttachOptions> parse_attach_options(const NetConf& conf);

}  // namespace weft::cni

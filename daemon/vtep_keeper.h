// Publishes how peers reach this node, once all that decides it is known.
//
// The MACs are chosen when the first list of Nodes is there (it has the own annotation) and the kernel thread has
// looked (it knows the devices); from then on only addresses can change. Threading: the reactor.
#pragma once

#include "daemon/data_plane.h"
#include "daemon/vtep_identity.h"
#include "subnet/network_config.h"
#include "subnet/node_record.h"

#include <filesystem>
#include <optional>
#include <string>

namespace weft {

class VtepKeeper {
 public:
  VtepKeeper(const NetworkConfig& config, const std::filesystem::path& run_dir, RandomSource random);

  void set_published(const std::optional<NodeRecord>& own);
  void set_uplink(const UplinkReport& report);

  // The vtep to publish, when it is known and not what the last call returned.
  [[nodiscard]] std::optional<Vtep> changed();
  // Why the MACs could not be kept in the run directory; empty when they were.
  [[nodiscard]] const std::string& problem() const { return problem_; }

 private:
  [[nodiscard]] VtepIdentity choose(const UplinkReport& report, const KnownMacs& published);

  NetworkConfig config_;
  std::filesystem::path path_;
  RandomSource random_;
  std::optional<KnownMacs> published_;
  std::optional<UplinkReport> uplink_;
  std::optional<VtepIdentity> identity_;
  std::optional<Vtep> last_;
  std::string problem_;
};

}  // namespace weft

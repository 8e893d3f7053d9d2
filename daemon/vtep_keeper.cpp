#include "daemon/vtep_keeper.h"

#include "subnet/file_writer.h"

#include <array>
#include <utility>

namespace weft {

VtepKeeper::VtepKeeper(const NetworkConfig& config, const std::filesystem::path& run_dir, RandomSource random)
    : config_(config), path_(vtep_identity_path(run_dir)), random_(std::move(random)) {}

void VtepKeeper::set_published(const std::optional<NodeRecord>& own) {
  published_.emplace();
  if (!own || !own->vtep) return;
  *published_ = {own->vtep->mac, own->vtep->mac6};
}

void VtepKeeper::set_uplink(const UplinkReport& report) { uplink_ = report; }

VtepIdentity VtepKeeper::choose(const UplinkReport& report, const KnownMacs& published) {
  const auto text = read_file(path_);
  const KnownMacs kept = parse_vtep_identity(text ? text->value_or("") : "");
  const std::array<KnownMacs, 3> sources{kept, KnownMacs{report.device_mac, report.device_mac6}, published};
  const VtepIdentity identity = choose_vtep_identity(sources, random_);
  const auto written = write_file_if_changed(path_, render_vtep_identity(identity));
  problem_ = written ? "" : written.error().message;
  return identity;
}

std::optional<Vtep> VtepKeeper::changed() {
  if (!published_ || !uplink_ || !uplink_->uplink) return std::nullopt;
  if (!identity_) identity_ = choose(*uplink_, *published_);
  Vtep vtep = make_vtep(*identity_, config_, *uplink_->uplink);
  if (last_ == vtep) return std::nullopt;
  last_ = vtep;
  return vtep;
}

}  // namespace weft

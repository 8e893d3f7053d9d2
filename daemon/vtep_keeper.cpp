#include "daemon/vtep_keeper.h"

#include "subnet/file_writer.h"

#include <array>
#include <utility>

namespace weft {

VtepKeeper::VtepKeeper(NetworkConfig config, std::filesystem::path run_dir, RandomSource random)
    : config_(std::move(config)), path_(vtep_identity_path(run_dir)), random_(std::move(random)) {}

void VtepKeeper::set_published(const std::optional<NodeRecord>& own) {
  published_.emplace();
  if (!own || !own->vtep) return;
  *published_ = {own->vtep->mac, own->vtep->mac6};
}

void VtepKeeper::set_uplink(const UplinkReport& report) { uplink_ = report; }

void VtepKeeper::choose() {
  KnownMacs kept;
  if (auto text = read_file(path_); text && *text) kept = parse_vtep_identity(**text);
  const std::array<KnownMacs, 3> sources{kept, KnownMacs{uplink_->device_mac, uplink_->device_mac6}, *published_};
  identity_ = choose_vtep_identity(sources, random_);
  const auto written = write_file_if_changed(path_, render_vtep_identity(*identity_));
  problem_ = written ? "" : written.error().message;
}

std::optional<Vtep> VtepKeeper::changed() {
  if (!published_ || !uplink_ || !uplink_->uplink) return std::nullopt;
  if (!identity_) choose();
  Vtep vtep = make_vtep(*identity_, config_, *uplink_->uplink);
  if (last_ == vtep) return std::nullopt;
  last_ = vtep;
  return vtep;
}

}  // namespace weft

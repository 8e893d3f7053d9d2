#include "test/sim/daemon.h"

#include "test/sim/describe.h"

#include <algorithm>
#include <utility>

namespace weft::sim {
namespace {

Vtep vtep_with(std::uint16_t port) {
  Vtep vtep;
  vtep.vni = 1;
  vtep.port = port;
  return vtep;
}

constexpr std::size_t kWithheldVersions = 4;

}  // namespace

Daemon::Daemon(LeaseConfig config, const Scenario& scenario, const Store& store, const Trace& trace)
    : config_(std::move(config)),
      sabotage_(scenario.sabotage),
      late_break_(scenario.late_break),
      store_(store),
      trace_(trace) {}

LeaseActions Daemon::start(std::uint64_t seed, LeaseTime now) {
  ++incarnation_;
  LeaseConfig config = config_;
  config.seed = seed;
  process_ = std::make_unique<Process>(std::move(config));
  LeaseActions actions = give(lease_input::Start{}, now);
  const LeaseActions more = give(lease_input::VtepKnown{vtep_with(vtep_port_)}, now);
  actions.insert(actions.end(), more.begin(), more.end());
  return actions;
}

void Daemon::kill() { process_.reset(); }

LeaseActions Daemon::give(const LeaseInput& input, LeaseTime now) {
  LeaseActions actions = process_->protocol.step(input, now);
  note(actions);
  return actions;
}

LeaseActions Daemon::fire_timer(LeaseTime now) {
  trace_.line("  {} timer", name());
  process_->timer.reset();
  return give(lease_input::TimerFired{}, now);
}

// What the shell does with notices; requests go to the network.
void Daemon::note(const LeaseActions& actions) {
  for (const LeaseAction& action : actions) {
    if (const auto* timer = std::get_if<lease_action::ArmTimer>(&action)) process_->timer = timer->when;
    if (const auto* watch = std::get_if<lease_action::SetWatch>(&action)) process_->wants_full = watch->full;
    if (const auto* get = std::get_if<lease_action::GetOwnNode>(&action)) process_->last_get = get->id;
    if (const auto* held = std::get_if<lease_action::Held>(&action)) config_.preferred = held->local.lease.subnets;
    if (std::holds_alternative<lease_action::Evicted>(action)) {
      config_.preferred = {};
      process_->pods_left = true;
    }
    if (!trace_.on()) continue;
    const std::string text = describe(action);
    if (!text.empty()) trace_.line("    {} [{}] {}", name(), to_string(process_->protocol.state()), text);
  }
}

bool Daemon::has_news() const {
  const auto at = position();
  return at && (store_.next_after(*at) != nullptr || !process_->withheld.empty());
}

void Daemon::break_watch(LeaseTime now) {
  process_->list.reset();
  process_->withheld.clear();
  if (!watching()) return;
  process_->position.reset();
  trace_.line("  {} watch broken", name());
  process_->told = !late_break_;
  if (process_->told) static_cast<void>(give(lease_input::StreamBroken{}, now));
}

bool Daemon::wants_other_watch() const { return watching() && process_->full != process_->wants_full; }

void Daemon::take_list(bool quorum, Revision revision) {
  const auto records = store_.list(revision);
  if (!records) return;
  trace_.line("  {} list taken at {}{}", name(), revision, quorum ? "" : " from a cache");
  process_->list = PendingList{*records, revision, quorum, process_->wants_full, store_.epoch()};
}

LeaseActions Daemon::apply_list(LeaseTime now) {
  const auto list = std::exchange(process_->list, std::nullopt);
  if (!list || list->epoch != store_.epoch()) return {};
  if (!std::exchange(process_->told, true)) static_cast<void>(give(lease_input::StreamBroken{}, now));
  process_->full = list->full;
  process_->nodes.begin_list();
  for (const NodeRecord& record : list->records) process_->nodes.upsert(as_seen(record));
  process_->nodes.end_list(list->revision);
  process_->position = list->revision;
  trace_.line("  {} list of {} applied{}", name(), list->revision, list->full ? "" : " (metadata)");
  LeaseActions actions = give(lease_input::ListApplied{list->revision, list->quorum}, now);
  const bool asks = std::ranges::any_of(
      actions, [](const LeaseAction& action) { return std::holds_alternative<lease_action::GetOwnNode>(action); });
  // A cache cannot tell that the store went back; and a daemon in doubt asks first.
  if (list->quorum && !asks) process_->epoch = list->epoch;
  return actions;
}

LeaseActions Daemon::apply_next_event(LeaseTime now) {
  const auto at = position();
  if (!at) return {};
  if (*at < store_.compacted()) {
    trace_.line("  {} watch: 410", name());
    break_watch(now);
    return {};
  }
  const Version* version = store_.next_after(*at);
  if (sabotage_ == Sabotage::stale_judging) {
    if (version != nullptr) {
      process_->position = version->revision;
      if (version->record.name != name()) {
        process_->withheld.push_back(*version);
        if (process_->withheld.size() <= kWithheldVersions) return {};
        version = nullptr;
      }
    }
    if (version == nullptr) {
      const Version late = process_->withheld.front();
      process_->withheld.pop_front();
      return apply(late, now);
    }
  }
  process_->position = version->revision;
  return apply(*version, now);
}

LeaseActions Daemon::apply(const Version& version, LeaseTime now) {
  trace_.line("  {} sees {}{}", name(), version.deleted ? "DELETED " : "", describe(version.record));
  if (version.deleted) {
    process_->nodes.remove(version.record.name, version.revision);
    return give(lease_input::NodeDeleted{as_seen(version.record)}, now);
  }
  process_->nodes.upsert(as_seen(version.record));
  return give(lease_input::NodeChanged{version.record.name}, now);
}

NodeRecord Daemon::as_seen(NodeRecord record) const {
  if (!process_->full) {
    record.has_spec = false;
    record.pod_cidrs.clear();
  }
  const bool blind = sabotage_ == Sabotage::ignore_claims || (sabotage_ == Sabotage::priority && record.name > name());
  if (blind && record.name != name()) record.claim.reset();
  return record;
}

// What a LIST for a judgement brings: always full objects.
std::vector<NodeRecord> Daemon::as_seen(std::vector<NodeRecord> records, SplitMix64& random) const {
  if (sabotage_ == Sabotage::stale_judging) {
    const Revision past = random.below(store_.revision() + 1);
    const auto old = store_.list(std::max(past, store_.compacted()));
    if (!old) return records;
    std::vector<NodeRecord> mixed;
    for (const NodeRecord& record : records) {
      if (record.name == name()) mixed.push_back(record);
    }
    for (const NodeRecord& record : *old) {
      if (record.name != name()) mixed.push_back(record);
    }
    return mixed;
  }
  for (NodeRecord& record : records) {
    const bool blind =
        sabotage_ == Sabotage::ignore_claims || (sabotage_ == Sabotage::priority && record.name > name());
    if (blind && record.name != name()) record.claim.reset();
  }
  return records;
}

LeaseActions Daemon::let_pods_go(LeaseTime now) {
  process_->pods_left = false;
  return give(lease_input::PodsGone{}, now);
}

LeaseActions Daemon::change_vtep(LeaseTime now) {
  trace_.line("  {} uplink changed", name());
  return give(lease_input::VtepKnown{vtep_with(++vtep_port_)}, now);
}

}  // namespace weft::sim

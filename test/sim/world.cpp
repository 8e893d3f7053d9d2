#include "test/sim/world.h"

#include "test/sim/describe.h"
#include "test/sim/settled.h"

#include <algorithm>
#include <utility>

namespace weft::sim {
namespace {

constexpr unsigned kQuietSteps = 20'000;

std::vector<Daemon> make_daemons(const Scenario& scenario, const Store& store, const Trace& trace) {
  std::vector<Daemon> daemons;
  daemons.reserve(scenario.daemons.size());
  for (const LeaseConfig& config : scenario.daemons) daemons.emplace_back(config, scenario, store, trace);
  return daemons;
}

}  // namespace

World::World(std::uint64_t seed, Sabotage sabotage, Trace trace)
    : trace_(std::move(trace)),
      random_(seed),
      scenario_(make_scenario(random_, sabotage)),
      invariants_(store_),
      daemons_(make_daemons(scenario_, store_, trace_)),
      network_(store_, daemons_, invariants_, trace_, random_, sabotage),
      adversary_(scenario_, store_, daemons_, network_, trace_, random_),
      acts_(scenario_.acts) {}

Outcome World::run() {
  Outcome outcome;
  for (std::size_t i = 0; i < daemons_.size(); ++i) {
    store_.create(daemons_[i].name());
    if (scenario_.allocator && random_.below(2) == 0) adversary_.assign_pod_cidr(daemons_[i].name());
    start(i);
  }
  for (unsigned i = 0; i < scenario_.chaos_steps && !invariants_.breach(); ++i, ++outcome.steps) chaos_step();
  if (!invariants_.breach()) end_chaos();
  std::string missing = "?";
  for (unsigned i = 0; i < kQuietSteps && !missing.empty() && !invariants_.breach(); ++i, ++outcome.steps) {
    quiet_step();
    if (messages_under_way()) continue;
    missing.clear();
    for (const Daemon& daemon : daemons_) {
      const std::string text = unsettled(daemon, store_);
      if (!text.empty()) missing = fmt::format("liveness: {} {}", daemon.name(), text);
    }
  }
  outcome.breach = invariants_.breach();
  if (!outcome.breach && !missing.empty()) outcome.breach = missing;
  return outcome;
}

void World::start(std::size_t daemon) {
  trace_.line("! start {}", daemons_[daemon].name());
  after(daemon, daemons_[daemon].start(random_.next(), now_));
}

// What a step asked for goes out, unless the daemon dies in the middle of it.
void World::after(std::size_t daemon, LeaseActions actions) {
  Daemon& stepped = daemons_[daemon];
  if (!stepped.running()) return;
  invariants_.check_use(stepped);
  invariants_.check_notices(stepped, actions);
  const bool dies = acts_ > 0 && !actions.empty() && random_.below(64) == 0;
  if (dies) actions.resize(random_.below(actions.size() + 1));
  network_.send(daemon, actions);
  if (!dies) return;
  trace_.line("! {} dies after {} actions", stepped.name(), actions.size());
  --acts_;
  stepped.kill();
}

void World::chaos_step() {
  const std::size_t daemon = random_.below(daemons_.size());
  const auto dice = random_.below(16);
  if (dice < 6) return advance_watch(daemon, false);
  if (dice < 13) return advance_network(scenario_.loss);
  if (dice == 13) return fire_next_timer();
  if (dice == 14) {
    if (!daemons_[daemon].running()) return start(daemon);
    if (random_.below(4) == 0) return let_pods_go();
    return after(daemon, daemons_[daemon].give(lease_input::TimerFired{}, now_));  // one too early
  }
  const bool due = acts_ > 0 && random_.below(scenario_.chaos_steps) < std::uint64_t{16} * (scenario_.acts + 1);
  if (!due) return advance_network(scenario_.loss);
  --acts_;
  adversary_.act(now_);
  invariants_.check_leases();
}

void World::quiet_step() {
  if (!network_.empty() && random_.below(2) == 0) return advance_network(0);
  const std::size_t first = random_.below(daemons_.size());
  for (std::size_t i = 0; i < daemons_.size(); ++i) {
    const std::size_t daemon = (first + i) % daemons_.size();
    const Daemon& candidate = daemons_[daemon];
    if (candidate.watching() && !candidate.has_news() && !candidate.wants_other_watch()) continue;
    return advance_watch(daemon, true);
  }
  if (!network_.empty()) return advance_network(0);
  let_pods_go();
  fire_next_timer();
}

// One step of a daemon's watch, whatever comes next there.
void World::advance_watch(std::size_t daemon, bool quiet) {
  Daemon& stepped = daemons_[daemon];
  if (!stepped.running()) return;
  if (stepped.has_list()) return after(daemon, stepped.apply_list(now_));
  if (!stepped.watching()) {
    const bool cached = !quiet && random_.below(4) == 0;
    const Revision oldest = std::max(store_.compacted(), Revision{1});
    const Revision revision = cached
                                  ? oldest + random_.below(store_.revision() - std::min(oldest, store_.revision()) + 1)
                                  : store_.revision();
    return stepped.take_list(!cached, revision);
  }
  if (stepped.wants_other_watch() && (quiet || random_.below(4) == 0)) return stepped.break_watch(now_);
  if (stepped.has_news()) after(daemon, stepped.apply_next_event(now_));
}

void World::advance_network(unsigned loss) {
  if (network_.empty()) return;
  std::size_t daemon = 0;
  LeaseActions actions = network_.advance(loss, now_, &daemon);
  after(daemon, std::move(actions));
}

void World::fire_next_timer() {
  std::optional<std::size_t> next;
  LeaseTime soonest = LeaseTime::max();
  for (std::size_t i = 0; i < daemons_.size(); ++i) {
    const auto timer = daemons_[i].timer();
    if (!timer || (next && *timer >= soonest)) continue;
    next = i;
    soonest = *timer;
  }
  if (!next) return;
  now_ = std::max(now_, soonest);
  after(*next, daemons_[*next].fire_timer(now_));
}

void World::let_pods_go() {
  for (std::size_t i = 0; i < daemons_.size(); ++i) {
    if (!daemons_[i].running() || daemons_[i].protocol().state() != LeaseState::evicted) continue;
    trace_.line("  {} pods gone", daemons_[i].name());
    after(i, daemons_[i].let_pods_go(now_));
  }
}

bool World::messages_under_way() const {
  return !network_.empty() || std::ranges::any_of(daemons_, [](const Daemon& daemon) {
    return !daemon.watching() || daemon.has_news() || daemon.wants_other_watch();
  });
}

void World::end_chaos() {
  trace_.line("! quiet");
  acts_ = 0;
  for (std::size_t i = 0; i < daemons_.size(); ++i) {
    if (store_.find(daemons_[i].name()) == nullptr) store_.create(daemons_[i].name());
    if (scenario_.allocator) adversary_.assign_pod_cidr(daemons_[i].name());
    if (!daemons_[i].running()) start(i);
  }
}

}  // namespace weft::sim

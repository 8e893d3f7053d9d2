#include "daemon/pod_table_keeper.h"

#include "backend/pod_table/stale_flows.h"

#include <boost/asio/io_context.hpp>

#include <cerrno>
#include <utility>

namespace weft {

Result<std::unique_ptr<PodTableKeeper>> PodTableKeeper::open(boost::asio::io_context& io, SweepOptions options,
                                                             Report report) {
  auto table = pod_table::PodTable::open();
  if (!table) return std::unexpected(table.error());
  auto guard = pod_table::BridgeGuard::open();
  if (!guard) return std::unexpected(guard.error());
  return std::unique_ptr<PodTableKeeper>(
      new PodTableKeeper(io, std::move(options), std::move(report), *std::move(table), *std::move(guard)));
}

PodTableKeeper::PodTableKeeper(boost::asio::io_context& io, SweepOptions options, Report report,
                               pod_table::PodTable table, pod_table::BridgeGuard guard)
    : directory_(std::move(options.directory)),
      report_(std::move(report)),
      table_(std::move(table)),
      guard_(std::move(guard)),
      loop_(io, {.resync = options.period}, [this](Trigger trigger) { return look(trigger); }, [] {}) {}

RunOutcome PodTableKeeper::look(Trigger trigger) {
  const auto done = repair(trigger);
  if (!done && done.error().code == EWOULDBLOCK) return {.ok = false};
  PodTableReport report;
  if (done) {
    report = {.rebuilt = done->rebuilt, .restored = done->restored, .removed = done->removed};
    for (const Attachment& attachment : done->reopened) {
      const auto cleaned = pod_table::forget_flows_elsewhere(attachment);
      if (!cleaned && report.error.empty()) report.error = cleaned.error().message;
    }
  } else {
    report.error = done.error().message;
  }
  const RunOutcome outcome{.ok = done && !done->unfinished, .repaired = report.repaired()};
  report_(std::move(report));
  return outcome;
}

// A notification says that something has been taken away: what is too much can wait for the next sweep.
Result<pod_table::Repair> PodTableKeeper::repair(Trigger trigger) {
  const auto cleaning = trigger == Trigger::notification ? pod_table::Cleaning::no : pod_table::Cleaning::yes;
  const auto ledger = Ledger::open(directory_);
  if (!ledger && ledger.error().code != ENOENT) return std::unexpected(ledger.error());
  auto done = table_.repair(ledger ? &*ledger : nullptr, cleaning);
  if (!done) return done;
  const auto guarded = guard_.repair(ledger ? &*ledger : nullptr);
  if (!guarded && guarded.error().code != EWOULDBLOCK) return std::unexpected(guarded.error());
  done->unfinished = done->unfinished || !guarded;
  done->rebuilt = done->rebuilt || (guarded && *guarded);
  return done;
}

}  // namespace weft

#include "daemon/firewall_part.h"

#include "backend/nft_firewall.h"
#include "backend/nft_monitor.h"
#include "daemon/mailbox.h"
#include "daemon/run_loop.h"
#include "daemon/worker.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace weft {
namespace {

constexpr std::chrono::seconds kReopen{1};  // after the listener broke

}  // namespace

class FirewallPart::Loop {
 public:
  Loop(NftFirewall firewall, RunnerIntervals intervals, FirewallPartReports reports)
      : firewall_(std::move(firewall)),
        reports_(std::move(reports)),
        loop_(worker_.io(), intervals, [this](Trigger) { return run(); }, reports_.alive) {}

  ~Loop() { static_cast<void>(worker_.stop(std::chrono::hours(24))); }  // the thread uses what goes now
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  Worker& worker() { return worker_; }
  void put(std::string script) { inbox_.put(std::move(script)); }

  Result<> open_monitor() {
    auto monitor =
        open_nft_monitor(worker_.io(), [this](MonitorEvent event, NftTables tables) { heard(event, tables); });
    if (!monitor) return std::unexpected(monitor.error());
    monitor_.emplace(std::move(*monitor));
    return {};
  }

  Result<> open_sweep(SweepOptions options) {
    auto pods = PodTableKeeper::open(worker_.io(), options, reports_.kept);
    if (!pods) return std::unexpected(pods.error());
    pods_ = std::move(*pods);
    auto sweep = SweepLoop::open(worker_.io(), std::move(options), reports_.swept);
    if (!sweep) return std::unexpected(sweep.error());
    sweep_ = std::move(*sweep);
    return {};
  }

  void begin() {
    loop_.start();
    sweep_->begin();
    pods_->begin();
  }

  FirewallView view() {
    FirewallView view{.script = wanted_, .error = error_};
    if (auto listing = firewall_.list()) {
      view.listing = std::move(*listing);
    } else {
      view.error = listing.error().message;
    }
    view.intact = !wanted_.empty() && written_ == wanted_ && firewall_.intact().value_or(false);
    return view;
  }

 private:
  void receive(const std::string& script) {
    if (script == wanted_) return;
    wanted_ = script;
    loop_.changed(Trigger::snapshot);
  }

  // Also after each of our own transactions: then compare() sees that nothing has changed since.
  void heard(MonitorEvent event, NftTables tables) {
    if (event == MonitorEvent::broken) reopen_later();
    if (tables.firewall && !wanted_.empty()) loop_.changed(Trigger::notification);
    if (tables.pods) pods_->changed();
  }

  void reopen_later() {
    reopen_timer_.expires_after(kReopen);
    reopen_timer_.async_wait([this](boost::system::error_code error) {
      if (error) return;
      monitor_.reset();
      if (!open_monitor()) reopen_later();
      heard(MonitorEvent::lost, {.firewall = true, .pods = true});
    });
  }

  RunOutcome run() {
    FirewallReport report = compare();
    report.dropping = firewall_.dropping_forward_chains().value_or(std::vector<std::string>());
    reports_.applied(report);
    return {.ok = report.ok, .repaired = report.repaired};
  }

  FirewallReport compare() {
    FirewallReport report{.script = wanted_};
    const bool had_written = written_ == wanted_;
    if (had_written) {
      const auto intact = firewall_.intact();
      if (intact && *intact) {
        report.ok = true;
        return report;
      }
    }
    report.replaced = true;
    const auto done = firewall_.replace(wanted_);
    report.ok = done.has_value();
    report.repaired = report.ok && had_written;
    error_ = done ? "" : done.error().message;
    report.error = error_;
    written_ = done ? wanted_ : "";
    return report;
  }

  Worker worker_{"weft-firewall"};
  NftFirewall firewall_;
  FirewallPartReports reports_;
  RunLoop loop_;
  std::string wanted_;
  std::string written_;
  std::string error_;
  std::optional<NotificationLoop> monitor_;
  std::unique_ptr<SweepLoop> sweep_;
  std::unique_ptr<PodTableKeeper> pods_;
  boost::asio::steady_timer reopen_timer_{worker_.io()};
  Mailbox<std::string> inbox_{worker_.post(), [this](const std::string& script) { receive(script); }};
};

std::string describe(const FirewallReport& report) {
  if (!report.ok) return report.error;
  const std::string ours = "table inet weft is in place";
  if (report.dropping.empty()) return ours;
  return fmt::format("{}, but these chains drop what they do not accept: {}", ours, fmt::join(report.dropping, ", "));
}

FirewallPart::FirewallPart() = default;
FirewallPart::~FirewallPart() = default;

Result<std::unique_ptr<FirewallPart>> FirewallPart::open(RunnerIntervals intervals, SweepOptions sweep,
                                                         FirewallPartReports reports) {
  auto firewall = NftFirewall::open();
  if (!firewall) return fail_with("open nf_tables", firewall.error());
  std::unique_ptr<FirewallPart> part(new FirewallPart);
  part->loop_ = std::make_unique<Loop>(std::move(*firewall), intervals, std::move(reports));
  if (auto opened = part->loop_->open_monitor(); !opened) return fail_with("listen to nf_tables", opened.error());
  if (auto opened = part->loop_->open_sweep(std::move(sweep)); !opened) {
    return fail_with("sweep the address ledger", opened.error());
  }
  return part;
}

void FirewallPart::start() {
  loop_->worker().post()([this] { loop_->begin(); });
  loop_->worker().start();
}

void FirewallPart::put(std::string script) { loop_->put(std::move(script)); }

void FirewallPart::ask_view(std::function<void(FirewallView)> answer) {
  loop_->worker().post()([this, answer = std::move(answer)] { answer(loop_->view()); });
}

bool FirewallPart::stop(std::chrono::milliseconds patience) { return loop_->worker().stop(patience); }

}  // namespace weft

#include "daemon/kernel_part.h"

#include "backend/link_monitor.h"
#include "backend/netlink_kernel.h"
#include "daemon/mailbox.h"
#include "daemon/run_loop.h"
#include "daemon/worker.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <optional>
#include <utility>

namespace weft {
namespace {

constexpr std::chrono::seconds kReopen{1};  // after the listener broke

ReconcilerOptions reconciler_options(const KernelPartOptions& options, NetlinkKernel& kernel) {
  ReconcilerOptions result{
      .config = options.config, .ledger_directory = options.ledger_directory, .can_reach = options.uplink.can_reach};
  result.uplink.interfaces = options.uplink.iface;
  result.uplink.interface_regexes = options.uplink.iface_regex;
  result.uplink.public_ip = options.uplink.public_ip;
  result.uplink.public_ip6 = options.uplink.public_ipv6;
  result.device_towards = [&kernel](const IpAddress& address) { return kernel.device_towards(address); };
  return result;
}

}  // namespace

class KernelPart::Loop {
 public:
  Loop(NetlinkKernel kernel, KernelPartOptions options, KernelPartReports reports)
      : kernel_(std::move(kernel)),
        options_(std::move(options)),
        reports_(std::move(reports)),
        reconciler_(kernel_, reconciler_options(options_, kernel_)),
        loop_(worker_.io(), options_.intervals, [this](Trigger trigger) { return run(trigger); }, reports_.alive) {}

  ~Loop() { static_cast<void>(worker_.stop(std::chrono::hours(24))); }  // the thread uses what goes now
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  Worker& worker() { return worker_; }
  void put(DataPlaneInput input) { inbox_.put(std::move(input)); }
  Reconciler& reconciler() { return reconciler_; }

  Result<> open_monitor() {
    const Ownership own = ownership_for(options_.config.backend.vni);
    scope_ = {.devices = own.devices, .uplink = ""};
    auto monitor =
        LinkMonitor::open(worker_.io(), kernel_.port(), scope_, [this](MonitorEvent event) { heard(event); });
    if (!monitor) return std::unexpected(monitor.error());
    monitor_.emplace(std::move(*monitor));
    return {};
  }

  void begin() {
    loop_.start();
    loop_.changed(Trigger::start);
  }

 private:
  void receive(DataPlaneInput input) {
    reconciler_.set_input(std::move(input));
    loop_.changed(Trigger::snapshot);
  }

  void heard(MonitorEvent event) {
    if (event == MonitorEvent::lost) reports_.overrun();
    if (event == MonitorEvent::broken) reopen_later();
    loop_.changed(Trigger::notification);
  }

  // Destroying the monitor inside its own callback is not ours to do; and a broken socket may break again at once.
  void reopen_later() {
    reopen_timer_.expires_after(kReopen);
    reopen_timer_.async_wait([this](boost::system::error_code error) {
      if (error) return;
      monitor_.reset();
      if (!open_monitor()) reopen_later();
      loop_.changed(Trigger::notification);
    });
  }

  RunOutcome run(Trigger trigger) {
    const auto began = std::chrono::steady_clock::now();
    ApplyReport report = reconciler_.run();
    report.trigger = trigger;
    report.duration = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - began);
    watch_uplink();
    const bool ok = report.ok;
    reports_.applied(std::move(report));
    return {.ok = ok};
  }

  void watch_uplink() {
    const UplinkReport& seen = reconciler_.uplink();
    if (reported_ != seen) {
      reported_ = seen;
      reports_.uplink(seen);
    }
    // An unknown uplink is listened for on every device.
    MonitorScope scope{.devices = scope_.devices, .uplink = seen.uplink ? seen.uplink->link : ""};
    if (scope == scope_ || !monitor_) return;
    scope_ = scope;
    monitor_->watch(std::move(scope));
  }

  Worker worker_{"weft-kernel"};
  NetlinkKernel kernel_;
  KernelPartOptions options_;
  KernelPartReports reports_;
  Reconciler reconciler_;
  RunLoop loop_;
  MonitorScope scope_;
  std::optional<LinkMonitor> monitor_;
  std::optional<UplinkReport> reported_;
  boost::asio::steady_timer reopen_timer_{worker_.io()};
  Mailbox<DataPlaneInput> inbox_{worker_.post(), [this](DataPlaneInput input) { receive(std::move(input)); }};
};

KernelPart::KernelPart() = default;
KernelPart::~KernelPart() = default;

Result<std::unique_ptr<KernelPart>> KernelPart::open(KernelPartOptions options, KernelPartReports reports) {
  auto kernel = NetlinkKernel::open();
  if (!kernel) return fail_with("open rtnetlink", kernel.error());
  std::unique_ptr<KernelPart> part(new KernelPart);
  part->loop_ = std::make_unique<Loop>(std::move(*kernel), std::move(options), std::move(reports));
  if (auto opened = part->loop_->open_monitor(); !opened) return fail_with("listen to rtnetlink", opened.error());
  return part;
}

void KernelPart::start() {
  loop_->worker().post()([this] { loop_->begin(); });
  loop_->worker().start();
}

void KernelPart::put(DataPlaneInput input) { loop_->put(std::move(input)); }

void KernelPart::ask_plan(std::function<void(Result<Plan>)> answer) {
  loop_->worker().post()([this, answer = std::move(answer)] { answer(loop_->reconciler().preview()); });
}

void KernelPart::ask_dump(std::function<void(Result<KernelDump>)> answer) {
  loop_->worker().post()([this, answer = std::move(answer)] { answer(loop_->reconciler().dump()); });
}

bool KernelPart::stop(std::chrono::milliseconds patience) { return loop_->worker().stop(patience); }

}  // namespace weft

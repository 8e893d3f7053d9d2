#include "daemon/app.h"

#include "daemon/daemon_config.h"
#include "daemon/exit_codes.h"
#include "daemon/firewall_part.h"
#include "daemon/kernel_part.h"
#include "daemon/log.h"
#include "daemon/reactor_part.h"
#include "daemon/single_instance.h"
#include "daemon/version.h"
#include "daemon/worker.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <utility>

#include <unistd.h>

namespace weft {
namespace {

constexpr std::chrono::milliseconds kStopPatience{700};  // a thread; the kernel may hold one of them up

int refuse(int code, const std::string& message) {
  log_error(message, {{"exit_code", std::to_string(code)}});
  return code;
}

class App {
 public:
  explicit App(DaemonConfig config) : config_(std::move(config)) {}

  int run() {
    if (auto opened = open(); !opened) return refuse(kExitFailed, opened.error().message);
    if (auto listening = reactor_->listen(); !listening) {
      return refuse(kExitConfiguration, listening.error().message);
    }
    kernel_->start();
    firewall_->start();
    reactor_->start();
    signals_.async_wait([this](boost::system::error_code error, int signal) {
      if (error) return;
      log_info("stopping; devices, routes and rules stay", {{"signal", std::to_string(signal)}});
      reactor_->stop();
      io_.stop();
    });
    io_.run();
    return stop();
  }

 private:
  Result<> open() {
    const RunnerIntervals intervals{.resync = config_.options.resync_period};
    auto kernel = KernelPart::open({.config = config_.network,
                                    .uplink = config_.options.uplink,
                                    .ledger_directory = config_.options.ledger_path(),
                                    .intervals = intervals},
                                   kernel_reports());
    if (!kernel) return std::unexpected(kernel.error());
    kernel_ = std::move(*kernel);
    const SweepOptions sweep{config_.options.ledger_path(), config_.options.ledger_sweep_period};
    auto firewall = FirewallPart::open(intervals, sweep, firewall_reports());
    if (!firewall) return std::unexpected(firewall.error());
    firewall_ = std::move(*firewall);
    reactor_ = std::make_unique<ReactorPart>(io_, std::move(config_), *kernel_, *firewall_);
    return {};
  }

  // Reports travel up as values, each posted to the reactor.
  KernelPartReports kernel_reports() {
    return {.uplink = [this](UplinkReport r) { post_([this, r = std::move(r)] { reactor_->uplink_changed(r); }); },
            .applied = [this](ApplyReport r) { post_([this, r = std::move(r)] { reactor_->kernel_applied(r); }); },
            .alive = [this] { post_([this] { reactor_->kernel_alive(); }); },
            .overrun = [this] { post_([this] { reactor_->netlink_overrun(); }); }};
  }

  FirewallPartReports firewall_reports() {
    return {.applied = [this](FirewallReport r) { post_([this, r = std::move(r)] { reactor_->firewall_applied(r); }); },
            .alive = [this] { post_([this] { reactor_->firewall_alive(); }); },
            .swept = [this](SweepReport r) { post_([this, r = std::move(r)] { reactor_->ledger_swept(r); }); },
            .kept = [this](PodTableReport r) { post_([this, r = std::move(r)] { reactor_->pod_table_kept(r); }); }};
  }

  // What is in the kernel stays: a restart, an upgrade, even a crash drops no packet, and the next daemon takes over
  // by name, protocol number and table.
  int stop() {
    const bool kernel_ended = kernel_->stop(kStopPatience);
    const bool firewall_ended = firewall_->stop(kStopPatience);
    if (kernel_ended && firewall_ended) return kExitOk;
    log_warning("a thread is held up in the kernel, leaving without it");
    std::_Exit(kExitOk);
  }

  DaemonConfig config_;
  boost::asio::io_context io_{1};
  Post post_ = post_to(io_);
  boost::asio::signal_set signals_{io_, SIGTERM, SIGINT};
  std::unique_ptr<KernelPart> kernel_;
  std::unique_ptr<FirewallPart> firewall_;
  std::unique_ptr<ReactorPart> reactor_;
};

Result<> make_directory(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (!error && ::access(path.c_str(), W_OK) != 0) error.assign(errno, std::generic_category());
  if (error) return fail("--run-dir {}: {}; make it writable or choose another", path, error.message());
  return {};
}

}  // namespace

int run_daemon(const RunOptions& options) {
  std::signal(SIGPIPE, SIG_IGN);  // a log collector that goes away is no reason to end
  configure_log(options.log);
  auto instance = SingleInstance::acquire();
  if (!instance) return refuse(kExitFailed, instance.error().message);
  if (const auto* holder = std::get_if<SingleInstance::Holder>(&*instance)) {
    return refuse(kExitAlreadyRunning,
                  fmt::format("another weftd runs in this network namespace, pid {}: end it first", holder->pid));
  }
  auto read = read_daemon_config(options);
  if (const auto* error = std::get_if<StartError>(&read)) return refuse(error->exit_code, error->message);
  if (!has_net_admin()) {
    return refuse(kExitPermission, "CAP_NET_ADMIN is missing: run as root, or add it to the container's capabilities");
  }
  if (auto made = make_directory(options.run_dir); !made) return refuse(kExitPermission, made.error().message);
  auto& config = std::get<DaemonConfig>(read);
  log_info("weftd starts", {{"version", std::string(version())},
                            {"commit", std::string(commit())},
                            {"node", options.node_name},
                            {"api", config.cluster.config.origin}});
  for (const std::string& warning : config.warnings) log_warning(warning);
  App app(std::move(config));
  return app.run();
}

}  // namespace weft

#include "daemon/reactor_part.h"

#include "backend/nft_render.h"
#include "daemon/admin_pages.h"
#include "daemon/apply_log.h"
#include "daemon/debug/leases.h"
#include "daemon/debug/peers.h"
#include "daemon/event_poster.h"
#include "daemon/free_blocks.h"
#include "daemon/health_reporters.h"
#include "daemon/lease_log.h"
#include "daemon/lease_shell.h"
#include "daemon/local_addresses.h"
#include "daemon/log.h"
#include "daemon/metrics.h"
#include "daemon/pod_table_log.h"
#include "daemon/random.h"
#include "daemon/ready_shell.h"
#include "daemon/silent_holders.h"
#include "daemon/sweep_log.h"
#include "daemon/vtep_keeper.h"
#include "daemon/worker.h"
#include "subnet/json_text.h"

#include <boost/asio/io_context.hpp>
#include <nlohmann/json.hpp>

#include <utility>

namespace weft {
namespace {

auto now() { return std::chrono::steady_clock::now(); }

}  // namespace

class ReactorPart::Impl final : private LeaseListener {
 public:
  Impl(boost::asio::io_context& io, DaemonConfig config, KernelPart& kernel, FirewallPart& firewall)
      : config_(std::move(config)),
        kernel_(kernel),
        firewall_(firewall),
        random_(make_random_source()),
        client_(io, config_.cluster.config, client_options()),
        lease_(client_, lease_config(config_, random_()), config_.cluster.keys,
               config_.options.cluster.annotation_prefix, *this),
        vtep_(config_.network, config_.options.run_dir, random_),
        ready_(client_,
               ReadySequence(config_.network, config_.options.ip_masq, config_.options.set_node_network_unavailable,
                             random_),
               ready_paths(config_.options), ready_reports()),
        events_(client_, config_.options.node_name, random_, [this](const auto& r) { event_posted(r); }),
        silent_holders_(client_, lease_.nodes(), config_.options.node_name),
        apply_log_([this](const NodeEventText& event) { post_event(event); }),
        admin_(io, admin_pages(admin_sources(), kernel, firewall, post_to(io))) {
    add_health_reporters(board_, config_.options.resync_period, now());
    board_.report(kHealthLease, false, "waiting for the list of Nodes", now());
    board_.report(kHealthRules, false, "waiting for the lease", now());
  }

  Result<> listen() {
    if (config_.options.admin) {
      const auto opened = admin_.listen(*config_.options.admin);
      if (!opened) return fail("{}: choose another --admin-addr, or off", opened.error().message);
    }
    return admin_.listen(socket_path(config_.options.run_dir));
  }

  void start() { lease_.start(); }

  void stop() {
    admin_.stop();
    lease_.stop();
    ready_.stop();
    client_.stop();
  }

  // -- from the kernel and firewall threads

  void uplink_changed(const UplinkReport& report) {
    apply_log_.uplink(report);
    // Connections from an address that the node no longer has stay silent for half a minute before they break.
    if (local_addresses_.changed(report)) client_.renew_connections();
    vtep_.set_uplink(report);
    publish_vtep();
  }

  void kernel_applied(const ApplyReport& report) {
    apply_log_.kernel(report);
    metrics_.applied(report);
    if (report.verdicts) {
      verdicts_ = report.verdicts;
      conflicts_ = report.conflicts;
    }
    if (report.ok && report.self) {
      board_.report(kHealthApply, true, fmt::format("in sync, {} peers known", verdicts_->size()), now());
    } else {
      board_.note(kHealthApply, report.error.empty() ? "waiting for the lease" : report.error, now());
    }
    if (report.ok && report.planned && !report.self && !report.pods_left) lease_.pods_gone();
    ready_.step(ready_input::KernelApplied{report});
  }

  void firewall_applied(const FirewallReport& report) {
    apply_log_.firewall(report);
    if (report.replaced) metrics_.firewall_replaced(report.ok, report.repaired);
    board_.report(kHealthRules, report.ok, describe(report), now());
    ready_.step(ready_input::FirewallApplied{report});
  }

  void kernel_alive() { board_.alive(kHealthKernel, now()); }
  void firewall_alive() { board_.alive(kHealthFirewall, now()); }
  void netlink_overrun() { metrics_.netlink_overrun(); }

  void ledger_swept(const SweepReport& report) {
    sweep_log_.swept(report);
    metrics_.swept(report);
  }

  void pod_table_kept(const PodTableReport& report) {
    pod_table_log_.kept(report);
    metrics_.pod_table_repaired(report);
  }

 private:
  // -- LeaseListener

  void on_synced(const std::optional<NodeRecord>& own) override {
    lease_log_.synced(config_.cluster.config.server.to_string(), lease_.nodes().size());
    if (!own) lease_log_.no_node(config_.options.node_name);
    board_.report(kHealthLease, false, own ? "being claimed" : "the Node does not exist", now());
    vtep_.set_published(own);
    publish_vtep();
  }

  void on_data_plane(DataPlaneInput input) override { kernel_.put(std::move(input)); }

  void on_held(const LocalLease& local) override {
    lease_log_.held(local.lease);
    board_.report(kHealthLease, true, local.lease.subnets.to_string(), now());
    const std::string script = render_firewall(firewall_spec(config_.network, local, config_.options.ip_masq));
    firewall_.put(script);
    ready_.step(ready_input::Held{local, script});
  }

  void on_suspect(const std::string& reason) override {
    lease_log_.suspect(reason);
    board_.report(kHealthLease, true, "being claimed again: " + reason, now());
  }

  void on_evicted(const Subnets& subnets, const std::string& reason) override {
    lease_log_.evicted(subnets, reason);
    board_.report(kHealthLease, false, "lost: " + reason, now());
    board_.report(kHealthApply, false, "withdrawn", now());
    ready_.step(ready_input::Evicted{});
  }

  void on_exhausted(const std::string& reason) override {
    lease_log_.exhausted(reason);
    board_.report(kHealthLease, false, reason, now());
  }

  void on_lease_event(lease_action::LeaseEventReason reason, const std::string& message) override {
    metrics_.claim_ended(to_string(reason));
    const bool warning = reason != lease_action::LeaseEventReason::leased;
    NodeEventText event{std::string(to_string(reason)), message, warning};
    if (reason != lease_action::LeaseEventReason::exhausted) return post_event(event);
    silent_holders_.ask([this, event = std::move(event)](const std::string& names) {
      lease_log_.silent_holders(names);
      post_event({event.reason, names.empty() ? event.message : event.message + "; NotReady for long: " + names, true});
    });
  }

  void on_lease_problem(const std::string& message) override {
    lease_log_.problem(message);
    if (!lease_.local()) board_.report(kHealthLease, false, message, now());
  }

  void on_watch_broken(const StreamBroken& broken) override {
    lease_log_.watch_broken(broken);
    metrics_.watch_broken();
  }

  void on_watch_alive() override { lease_log_.watch_alive(); }
  void on_held_back(std::size_t nodes) override { lease_log_.held_back(nodes); }

  // -- the rest

  void publish_vtep() {
    const auto vtep = vtep_.changed();
    if (!vtep) return;
    if (!vtep_.problem().empty()) log_warning("the VTEP MAC cannot be kept", {{"error", vtep_.problem()}});
    lease_.set_vtep(*vtep);
  }

  ReadyReports ready_reports() {
    return {.files = [this](const std::string& error) { lease_log_.files(error); },
            .removed = [] { log_info("subnet.env and the conflist are removed"); },
            .stepped = [this] { show_readiness(); },
            .condition = [this](bool unavailable, const std::string& e) { lease_log_.condition(unavailable, e); }};
  }

  void show_readiness() {
    const std::string missing = ready_.sequence().missing();
    const bool written = ready_.sequence().files_written();
    const std::string& error = ready_.sequence().files_error();
    const std::string waiting = error.empty() ? "waiting for " + missing : error;
    board_.report(kHealthFiles, written, written ? config_.options.subnet_path() : waiting, now());
    if (std::exchange(ready_shown_, missing.empty()) == missing.empty()) return;
    if (missing.empty())
      log_info("ready", {{"subnets", lease_.local() ? lease_.local()->lease.subnets.to_string() : "-"}});
  }

  void post_event(const NodeEventText& event) {
    const auto own = lease_.nodes().find(config_.options.node_name);
    events_.post(event, own ? own->uid : "");
  }

  void event_posted(const ApiResult<KubeResponse>& response) {
    metrics_.event_posted(response.has_value());
    lease_log_.event(response ? "" : response.error().message);
  }

  AdminSources admin_sources() {
    return {.health = [this] { return health(); },
            .metrics = [this] { return metrics(); },
            .leases = [this] { return leases(); },
            .peers = [this] { return peers(); }};
  }

  HealthStatus health() {
    const ReflectorStatus& watch = lease_.watch_status();
    board_.report(kHealthApi, watch.connected, watch.connected ? "connected" : watch.last_error, now());
    return board_.status(now());
  }

  std::string metrics() {
    const LeaseSet& nodes = lease_.nodes();
    return metrics_.render({.api = client_.counters(),
                            .watch = lease_.watch_status(),
                            .lease_state = to_string(lease_.state()),
                            .subnets_free4 = free_blocks(nodes, config_.network.v4),
                            .subnets_free6 = free_blocks(nodes, config_.network.v6),
                            .nodes = nodes.size()});
  }

  std::string leases() {
    const LeasesView view{.self = config_.options.node_name,
                          .self_state = std::string(to_string(lease_.state())),
                          .self_holds = lease_.local().has_value(),
                          .verdicts = verdicts_.get()};
    return json_text(leases_json(lease_.nodes(), view));
  }

  std::string peers() {
    static const std::vector<PeerVerdict> none;
    return json_text(peers_json(verdicts_ ? *verdicts_ : none, conflicts_));
  }

  DaemonConfig config_;
  KernelPart& kernel_;
  FirewallPart& firewall_;
  RandomSource random_;
  HealthBoard board_;
  Metrics metrics_;
  LeaseLog lease_log_;
  std::shared_ptr<const std::vector<PeerVerdict>> verdicts_;
  std::vector<RouteConflict> conflicts_;
  LocalAddresses local_addresses_;
  bool ready_shown_ = false;
  KubeClient client_;
  LeaseShell lease_;
  VtepKeeper vtep_;
  ReadyShell ready_;
  EventPoster events_;
  SilentHolders silent_holders_;
  ApplyLog apply_log_;
  SweepLog sweep_log_;
  PodTableLog pod_table_log_;
  AdminServer admin_;
};

ReactorPart::ReactorPart(boost::asio::io_context& io, DaemonConfig config, KernelPart& kernel, FirewallPart& firewall)
    : impl_(std::make_unique<Impl>(io, std::move(config), kernel, firewall)) {}

ReactorPart::~ReactorPart() = default;

Result<> ReactorPart::listen() { return impl_->listen(); }
void ReactorPart::start() { impl_->start(); }
void ReactorPart::stop() { impl_->stop(); }
void ReactorPart::uplink_changed(const UplinkReport& report) { impl_->uplink_changed(report); }
void ReactorPart::kernel_applied(const ApplyReport& report) { impl_->kernel_applied(report); }
void ReactorPart::firewall_applied(const FirewallReport& report) { impl_->firewall_applied(report); }
void ReactorPart::kernel_alive() { impl_->kernel_alive(); }
void ReactorPart::firewall_alive() { impl_->firewall_alive(); }
void ReactorPart::netlink_overrun() { impl_->netlink_overrun(); }
void ReactorPart::ledger_swept(const SweepReport& report) { impl_->ledger_swept(report); }
void ReactorPart::pod_table_kept(const PodTableReport& report) { impl_->pod_table_kept(report); }

}  // namespace weft

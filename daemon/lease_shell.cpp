#include "daemon/lease_shell.h"

#include "daemon/random.h"
#include "subnet/node_codec.h"
#include "subnet/resource_watch.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <utility>

namespace weft {

class LeaseShell::Impl {
 public:
  using Watch = ResourceWatch<NodeResource>;

  Impl(KubeClient& client, LeaseConfig config, AnnotationKeys keys, const NodeResource& resource,
       LeaseListener& listener)
      : node_(config.node),
        keys_(std::move(keys)),
        listener_(listener),
        protocol_(std::move(config), set_),
        requests_(client, node_, resource, keys_, [this](const LeaseInput& input) { step(input); }),
        watch_(client, resource, ReflectorOptions{}, make_random_source(), [this](Watch::Event e) { take(e); }),
        protocol_timer_(client.io()),
        gather_timer_(client.io()) {}

  void start() {
    watch_.start();
    step(lease_input::Start{});
  }

  void stop() {
    watch_.stop();
    protocol_timer_.cancel();
    gather_timer_.cancel();
    stopped_ = true;
  }

  void step(const LeaseInput& input) {
    if (stopped_) return;
    const auto before = protocol_.local();
    for (const LeaseAction& action : protocol_.step(input, std::chrono::steady_clock::now())) {
      std::visit([this](const auto& a) { perform(a); }, action);
    }
    if (protocol_.local() != before) mark_dirty();
  }

  const LeaseSet& nodes() const { return set_; }
  const LeaseProtocol& protocol() const { return protocol_; }
  const ReflectorStatus& watch_status() const { return watch_.status(); }

 private:
  // -- what the watch brings

  void take(Watch::Event& event) {
    std::visit([this](auto& e) { on(e); }, event);
  }

  void on(const ListBegin&) {
    const bool was_synced = set_.in_sync();
    set_.begin_list();
    if (was_synced) step(lease_input::StreamBroken{});
  }

  void on(Item<RawNode>& item) { set_.upsert(decode_node(item.object, keys_)); }

  void on(const ListEnd& end) {
    set_.end_list(end.revision);
    listener_.on_watch_alive();
    listed_ = true;
    if (!std::exchange(synced_, true)) listener_.on_synced(set_.find(node_));
    step(lease_input::ListApplied{end.revision, true});  // the reflector's lists are all quorum reads
    mark_dirty();
  }

  void on(Upsert<RawNode>& upsert) {
    NodeRecord record = decode_node(upsert.object, keys_);
    std::string name = record.name;
    set_.upsert(std::move(record));
    mark_dirty();
    listener_.on_watch_alive();
    step(lease_input::NodeChanged{std::move(name)});
  }

  void on(Deleted<RawNode>& deleted) {
    NodeRecord last = decode_node(deleted.object, keys_);
    set_.remove(last.name, last.revision);
    if (!set_.in_sync()) return;  // takes back an item of the list under way
    mark_dirty();
    step(lease_input::NodeDeleted{std::move(last)});
  }

  void on(const Bookmark&) { listener_.on_watch_alive(); }
  void on(const StreamBroken& broken) { listener_.on_watch_broken(broken); }

  // -- what the protocol asks for

  void perform(const lease_action::GetOwnNode& get) { requests_.perform(get); }
  void perform(const lease_action::ListNodes& list) { requests_.perform(list); }
  void perform(const lease_action::PatchOwnNode& patch) { requests_.perform(patch); }

  void perform(const lease_action::ArmTimer& timer) {
    protocol_timer_.expires_at(timer.when);
    protocol_timer_.async_wait([this](boost::system::error_code error) {
      if (!error) step(lease_input::TimerFired{});
    });
  }

  void perform(const lease_action::SetWatch& wish) { watch_.set_view(wish.full ? View::full : View::metadata); }

  void perform(const lease_action::Held& held) {
    evicted_.reset();
    listener_.on_held(held.local);
  }

  void perform(const lease_action::Suspect& suspect) { listener_.on_suspect(suspect.reason); }

  void perform(const lease_action::Evicted& evicted) {
    evicted_ = evicted.subnets;
    mark_dirty();
    listener_.on_evicted(evicted.subnets, evicted.reason);
  }

  void perform(const lease_action::Exhausted& exhausted) { listener_.on_exhausted(exhausted.reason); }
  void perform(const lease_action::NodeEvent& event) { listener_.on_lease_event(event.reason, event.message); }
  void perform(const lease_action::Problem& problem) { listener_.on_lease_problem(problem.message); }

  // -- what the data plane gets

  void mark_dirty() {
    if (std::exchange(dirty_, true)) return;
    gather_timer_.expires_after(kGather);
    gather_timer_.async_wait([this](boost::system::error_code error) {
      if (!error) publish();
    });
  }

  // LeaseSet gives the same snapshot again where nothing that routing looks at has changed (a heartbeat).
  void publish() {
    dirty_ = false;
    auto fresh = set_.snapshot(node_, protocol_.local());
    if (!fresh) return;  // a list is under way; its end marks us dirty again
    DataPlaneInput input{.snapshot = fresh, .evicted = evicted_};
    if (const auto own = set_.find(node_)) {
      input.public_ip_overwrite = own->public_ip_overwrite;
      input.public_ip6_overwrite = own->public_ip6_overwrite;
    }
    if (input == seen_) return;
    seen_ = input;
    input.snapshot = damped(std::move(fresh));
    listener_.on_data_plane(std::move(input));
  }

  LeaseSnapshotPtr damped(LeaseSnapshotPtr fresh) {
    const auto cause = std::exchange(listed_, false) ? RelistDamper::Cause::list : RelistDamper::Cause::events;
    const auto passed = damper_.pass(std::move(fresh), cause, std::chrono::steady_clock::now());
    if (passed.relist_after) {
      listener_.on_held_back(damper_.held_back());
      watch_.relist(*passed.relist_after);
    }
    return passed.snapshot;
  }

  std::string node_;
  AnnotationKeys keys_;
  LeaseListener& listener_;
  LeaseSet set_;
  LeaseProtocol protocol_;
  LeaseRequests requests_;
  Watch watch_;
  RelistDamper damper_;
  boost::asio::steady_timer protocol_timer_;
  boost::asio::steady_timer gather_timer_;
  std::optional<Subnets> evicted_;
  std::optional<DataPlaneInput> seen_;  // as it was before the damper
  bool dirty_ = false;
  bool listed_ = false;  // a list ended since the last snapshot
  bool synced_ = false;
  bool stopped_ = false;
};

LeaseShell::LeaseShell(KubeClient& client, LeaseConfig config, const AnnotationKeys& keys,
                       std::string_view annotation_prefix, LeaseListener& listener)
    : impl_(std::make_unique<Impl>(client, std::move(config), keys, NodeResource(annotation_prefix), listener)) {}

LeaseShell::~LeaseShell() = default;

void LeaseShell::start() { impl_->start(); }
void LeaseShell::stop() { impl_->stop(); }
void LeaseShell::set_vtep(const Vtep& vtep) { impl_->step(lease_input::VtepKnown{vtep}); }
void LeaseShell::pods_gone() { impl_->step(lease_input::PodsGone{}); }

const LeaseSet& LeaseShell::nodes() const { return impl_->nodes(); }
LeaseState LeaseShell::state() const { return impl_->protocol().state(); }
const std::optional<LocalLease>& LeaseShell::local() const { return impl_->protocol().local(); }
const ReflectorStatus& LeaseShell::watch_status() const { return impl_->watch_status(); }

}  // namespace weft

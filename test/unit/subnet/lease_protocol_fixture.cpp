#include "test/unit/subnet/lease_protocol_fixture.h"

#include <utility>

namespace weft {
namespace {

template <class T>
void change(std::optional<T>& value, const AnnotationChange<T>& change) {
  switch (change.kind) {
    case AnnotationChange<T>::Kind::keep:
      return;
    case AnnotationChange<T>::Kind::set:
      value = change.value;
      return;
    case AnnotationChange<T>::Kind::remove:
      value.reset();
      return;
  }
}

}  // namespace

IpPrefix block(std::string_view text) { return IpPrefix::parse(text).value(); }

NodeRecord node(std::string name, Revision revision, std::string uid) {
  NodeRecord record;
  record.uid = uid.empty() ? "uid-" + name : std::move(uid);
  record.name = std::move(name);
  record.revision = revision;
  record.has_spec = true;
  return record;
}

NodeRecord with_lease(NodeRecord record, std::string_view v4, Revision rev, LeaseSource source) {
  Lease lease;
  lease.uid = record.uid;
  lease.subnets.v4 = block(v4);
  lease.source = source;
  lease.rev4 = rev;
  record.lease = lease;
  return record;
}

NodeRecord with_claim(NodeRecord record, std::string_view v4, std::string nonce) {
  record.claim = Claim{record.uid, std::move(nonce), {.v4 = block(v4), .v6 = {}}};
  return record;
}

NodeRecord with_pod_cidr(NodeRecord record, std::string_view text) {
  record.pod_cidrs.push_back(block(text));
  return record;
}

NodeRecord patched(NodeRecord record, const NodePatch& patch, Revision revision) {
  change(record.claim, patch.claim);
  change(record.lease, patch.lease);
  change(record.vtep, patch.vtep);
  record.revision = revision;
  return record;
}

FamilyConfig family_config(std::string_view network, unsigned subnet_length) {
  FamilyConfig config;
  config.network = block(network);
  config.subnet_length = subnet_length;
  config.subnet_min = config.network.block(subnet_length, 0);
  config.subnet_max = config.network.block(subnet_length, config.network.block_count(subnet_length) - 1);
  return config;
}

Vtep test_vtep(std::uint8_t host) {
  Vtep vtep;
  vtep.vni = 1;
  vtep.port = 8472;
  vtep.ip = IpAddress::from_v4(0xc0000200U | host);
  vtep.mac = MacAddress::locally_administered(host);
  return vtep;
}

LeaseConfig test_config() {
  LeaseConfig config;
  config.node = "me";
  config.network.v4 = family_config("10.1.0.0/16", 24);
  config.seed = 42;
  return config;
}

void LeaseProtocolTest::start(const NodeRecord& own, std::vector<NodeRecord> others, LeaseConfig config) {
  own_ = own;
  protocol_ = std::make_unique<LeaseProtocol>(std::move(config), nodes_);
  step(lease_input::VtepKnown{test_vtep()});
  step(lease_input::Start{});
  others.push_back(own);
  Revision revision = 0;
  for (const NodeRecord& record : others) revision = std::max(revision, record.revision);
  list(others, revision);
  answer_get(own);
}

void LeaseProtocolTest::start_held(const NodeRecord& own, std::vector<NodeRecord> others, LeaseConfig config) {
  start(own, std::move(others), std::move(config));
  ASSERT_EQ(state(), LeaseState::claim);
  run_to_held(std::max(nodes_.revision(), own.revision) + 1);
}

void LeaseProtocolTest::step(const LeaseInput& input) {
  actions_ = protocol_->step(input, now_);
  if (const auto* asked = last<lease_action::PatchOwnNode>()) patch_ = *asked;
  if (const auto* asked = last<lease_action::GetOwnNode>()) get_ = asked->id;
  if (const auto* asked = last<lease_action::ListNodes>()) list_ = asked->id;
  if (const auto* asked = last<lease_action::ArmTimer>()) timer_ = asked->when;
}

void LeaseProtocolTest::fire_timer() {
  ASSERT_TRUE(timer_.has_value());
  now_ = std::max(now_, *timer_);
  step(lease_input::TimerFired{});
}

void LeaseProtocolTest::event(const NodeRecord& record) {
  if (record.name == own_.name) own_ = record;
  nodes_.upsert(record);
  step(lease_input::NodeChanged{record.name});
}

void LeaseProtocolTest::deleted(NodeRecord last, Revision revision) {
  last.revision = revision;
  nodes_.remove(last.name, revision);
  step(lease_input::NodeDeleted{std::move(last)});
}

void LeaseProtocolTest::list(const std::vector<NodeRecord>& records, Revision revision, bool quorum) {
  nodes_.begin_list();
  for (const NodeRecord& record : records) nodes_.upsert(record);
  nodes_.end_list(revision);
  step(lease_input::ListApplied{revision, quorum});
}

void LeaseProtocolTest::answer_get(const NodeRecord& record) {
  step(lease_input::GetDone{get_, lease_input::ReadOutcome::done, record, {}});
}

void LeaseProtocolTest::answer_get(lease_input::ReadOutcome outcome) {
  step(lease_input::GetDone{get_, outcome, {}, "no answer"});
}

void LeaseProtocolTest::answer_patch(lease_input::PatchOutcome outcome) {
  step(lease_input::PatchDone{patch_->id, outcome, {}, "refused"});
}

void LeaseProtocolTest::answer_list(const std::vector<NodeRecord>& records, Revision revision) {
  step(lease_input::ListDone{list_, lease_input::ReadOutcome::done, records, revision, {}});
}

void LeaseProtocolTest::fail_list(lease_input::ReadOutcome outcome) {
  step(lease_input::ListDone{list_, outcome, {}, 0, "no answer"});
}

void LeaseProtocolTest::apply_patch_quietly(Revision revision) {
  ASSERT_EQ(patch().revision, own_.revision) << "the PATCH is dead: its resourceVersion has moved";
  own_ = patched(own_, patch(), revision);
}

void LeaseProtocolTest::apply_patch(Revision revision) {
  const LeaseRequestId id = patch_->id;
  apply_patch_quietly(revision);
  step(lease_input::PatchDone{id, lease_input::PatchOutcome::applied, own_, {}});
  event(NodeRecord(own_));
}

void LeaseProtocolTest::run_to_held(Revision revision) {
  apply_patch(revision);
  ASSERT_EQ(protocol_->local() ? LeaseState::suspect : LeaseState::won, state());
  apply_patch(revision + 1);
  ASSERT_EQ(state(), LeaseState::held);
}

const NodePatch& LeaseProtocolTest::patch() const { return patch_.value().patch; }

bool LeaseProtocolTest::said(lease_action::LeaseEventReason reason) const {
  const auto* event = last<lease_action::NodeEvent>();
  return event != nullptr && event->reason == reason;
}

}  // namespace weft

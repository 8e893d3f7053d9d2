#include "test/sim/describe.h"

namespace weft::sim {
namespace {

template <class T, class Text>
std::string change(std::string_view name, const AnnotationChange<T>& change, Text text) {
  using Kind = AnnotationChange<T>::Kind;
  if (change.kind == Kind::keep) return {};
  return fmt::format(" {}={}", name, change.kind == Kind::remove ? "null" : text(change.value));
}

std::string claim_text(const Claim& claim) {
  return fmt::format("{}#{}@{}", claim.subnets.to_string(), claim.nonce.substr(0, 4), claim.uid);
}

std::string lease_text(const Lease& lease) {
  return fmt::format("{}@{}(rev {},{} {})", lease.subnets.to_string(), lease.uid, lease.rev4, lease.rev6,
                     to_string(lease.source));
}

struct ActionText {
  std::string operator()(const lease_action::GetOwnNode& action) const { return fmt::format("GET #{}", action.id); }
  std::string operator()(const lease_action::ListNodes& action) const {
    return fmt::format("LIST #{} {}", action.id, action.exact ? fmt::format("at {}", *action.exact) : "quorum");
  }
  std::string operator()(const lease_action::PatchOwnNode& action) const {
    return fmt::format("PATCH #{}{}", action.id, describe(action.patch));
  }
  std::string operator()(const lease_action::ArmTimer&) const { return {}; }
  std::string operator()(const lease_action::SetWatch& action) const {
    return action.full ? "watch full" : "watch meta";
  }
  std::string operator()(const lease_action::Held& action) const { return "HELD " + lease_text(action.local.lease); }
  std::string operator()(const lease_action::Suspect& action) const { return "SUSPECT: " + action.reason; }
  std::string operator()(const lease_action::Evicted& action) const { return "EVICTED: " + action.reason; }
  std::string operator()(const lease_action::Exhausted& action) const { return "EXHAUSTED: " + action.reason; }
  std::string operator()(const lease_action::NodeEvent& action) const {
    return fmt::format("event {}: {}", to_string(action.reason), action.message);
  }
  std::string operator()(const lease_action::Problem& action) const { return "problem: " + action.message; }
};

}  // namespace

std::string describe(const NodeRecord& record) {
  std::string text = fmt::format("{}@{} r{}", record.name, record.uid, record.revision);
  if (record.deleting) text += " deleting";
  if (record.claim) text += " claim=" + claim_text(*record.claim);
  if (record.lease) text += " lease=" + lease_text(*record.lease);
  if (record.reserved) text += " reserved=" + record.reserved->to_string();
  for (const IpPrefix& block : record.pod_cidrs) text += " podCIDR=" + block.to_string();
  return text;
}

std::string describe(const NodePatch& patch) {
  return fmt::format(" rv={} uid={}{}{}{}", patch.revision, patch.uid, change("claim", patch.claim, claim_text),
                     change("lease", patch.lease, lease_text),
                     change("vtep", patch.vtep, [](const Vtep& vtep) { return fmt::format("port{}", vtep.port); }));
}

std::string describe(const LeaseAction& action) { return std::visit(ActionText{}, action); }

std::string_view describe(lease_input::PatchOutcome outcome) {
  using lease_input::PatchOutcome;
  switch (outcome) {
    case PatchOutcome::applied:
      return "applied";
    case PatchOutcome::conflict:
      return "conflict";
    case PatchOutcome::not_found:
      return "not found";
    case PatchOutcome::invalid:
      return "invalid";
    case PatchOutcome::forbidden:
      return "forbidden";
    case PatchOutcome::failed:
      return "failed";
    case PatchOutcome::unknown:
      return "unknown";
  }
  return "?";
}

}  // namespace weft::sim

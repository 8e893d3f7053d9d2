#include "subnet/node_readiness.h"

#include "subnet/rfc3339.h"

#include <fmt/format.h>

#include <algorithm>

namespace weft {
namespace {

using namespace std::chrono;

constexpr minutes kPatience{10};
constexpr std::size_t kMostNames = 5;

enum Field : unsigned { kName, kCondition, kType, kStatus, kSince };

struct SilentHolder {
  std::string_view name;
  std::string holds;
  sys_seconds since;
};

std::string age_text(seconds age) {
  if (age >= days(2)) return fmt::format("{} d", duration_cast<days>(age).count());
  if (age >= hours(2)) return fmt::format("{} h", duration_cast<hours>(age).count());
  return fmt::format("{} min", duration_cast<minutes>(age).count());
}

// What stands in the way of others; empty when the Node holds nothing.
std::string holdings(const LeaseSet& holders, std::string_view name) {
  const auto node = holders.find(name);
  if (!node) return "";
  if (node->lease) return node->lease->subnets.to_string();
  if (node->claim) return node->claim->subnets.to_string();
  return node->pod_cidrs.empty() ? "" : node->pod_cidrs.front().to_string();
}

}  // namespace

NodeReadinessResource::NodeReadinessResource()
    : fields_{{kName, {"metadata", "name"}, "", 253, false},
              {kCondition, {"status", "conditions", "[]"}, "", 0, true},
              {kType, {"status", "conditions", "[]", "type"}, "", 64, false},
              {kStatus, {"status", "conditions", "[]", "status"}, "", 16, false},
              {kSince, {"status", "conditions", "[]", "lastTransitionTime"}, "", 32, false}} {}

void NodeReadinessResource::set(NodeReadiness& node, unsigned id, std::string_view /*key*/, std::string_view value) {
  switch (id) {
    case kName:
      node.name = value;
      return;
    case kCondition:
      node.current = {};
      return;
    case kType:
      node.current.type = value;
      break;
    case kStatus:
      node.current.status = value;
      break;
    case kSince:
      node.current.since = value;
      break;
    default:
      return;
  }
  // The members of a condition come in any order.
  if (node.current.type == "Ready") node.ready = node.current;
}

std::string describe_silent_holders(std::span<const NodeReadiness> nodes, const LeaseSet& holders,
                                    std::string_view self, sys_seconds now) {
  std::vector<SilentHolder> silent;
  for (const NodeReadiness& node : nodes) {
    const auto since = parse_rfc3339(node.ready.since);
    if (node.name == self || node.ready.status == "True" || !since || now - *since < kPatience) continue;
    std::string holds = holdings(holders, node.name);
    if (!holds.empty()) silent.push_back({node.name, std::move(holds), *since});
  }
  std::ranges::sort(silent, {}, &SilentHolder::since);
  std::string text;
  for (std::size_t i = 0; i < std::min(silent.size(), kMostNames); ++i) {
    const SilentHolder& holder = silent[i];
    text += fmt::format("{}{} ({}, {})", i == 0 ? "" : ", ", holder.name, holder.holds, age_text(now - holder.since));
  }
  if (silent.size() > kMostNames) text += fmt::format(" and {} more", silent.size() - kMostNames);
  return text;
}

}  // namespace weft

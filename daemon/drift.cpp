#include "daemon/drift.h"

#include <algorithm>
#include <type_traits>

namespace weft {
namespace {

template <class T>
bool holds(const std::vector<T>& sorted, const T& object) {
  return std::ranges::binary_search(sorted, object);
}

const std::string& device_of(const KernelObject& object) {
  return std::visit(
      []<class T>(const T& value) -> const std::string& {
        if constexpr (std::is_same_v<T, Link>)
          return value.name;
        else
          return value.link;
      },
      object);
}

}  // namespace

DriftJudge::DriftJudge(const std::optional<KernelState>& applied, std::span<const Operation> operations)
    : applied_(applied) {
  if (!applied_) return;
  for (const Operation& operation : operations) {
    if (operation.verb != Verb::put || !std::holds_alternative<Link>(operation.object)) continue;
    if (!was_applied(operation.object)) remade_.insert(device_of(operation.object));
  }
}

bool DriftJudge::is_repair(const Operation& operation) const {
  if (!applied_ || remade_.contains(device_of(operation.object))) return false;
  return was_applied(operation.object) == (operation.verb == Verb::put);
}

bool DriftJudge::was_applied(const KernelObject& object) const {
  struct Lookup {
    const KernelState& state;
    bool operator()(const Link& link) const { return holds(state.links, link); }
    bool operator()(const LinkAddress& address) const { return holds(state.addresses, address); }
    bool operator()(const Neighbour& neighbour) const { return holds(state.neighbours, neighbour); }
    bool operator()(const FdbEntry& entry) const { return holds(state.fdb, entry); }
    bool operator()(const Route& route) const { return holds(state.routes, route); }
  };
  return applied_ && std::visit(Lookup{*applied_}, object);
}

std::size_t kind_of(const KernelObject& object) { return object.index(); }

}  // namespace weft

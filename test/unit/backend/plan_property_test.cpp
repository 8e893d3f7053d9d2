// What holds for every plan, whatever is wanted and whatever is found.
#include "backend/plan.h"
#include "test/support/arbitrary_kernel.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace weft::test {
namespace {

KernelDump dump_of(FakeKernel& kernel) { return *kernel.dump(ownership_for(1)); }

// Everything in the kernel that Weft does not own.
struct Foreign {
  std::vector<Route> routes;
  NodeFacts facts;
  friend bool operator==(const Foreign&, const Foreign&) = default;
};

Foreign foreign_of(FakeKernel& kernel) {
  const auto is_own = [](const std::string& name) { return ownership_for(1).owns_device(name); };
  Foreign foreign{dump_of(kernel).foreign_routes, *kernel.read_facts()};
  std::erase_if(foreign.routes, [&](const Route& route) { return is_own(route.link); });
  std::erase_if(foreign.facts.interfaces, [&](const Interface& interface) { return is_own(interface.name); });
  std::erase_if(foreign.facts.addresses, [&](const InterfaceAddress& address) { return is_own(address.link); });
  return foreign;
}

RC_GTEST_PROP(PlanProperty, ItIsEmptyWhenNothingDiffers, ()) {
  const auto state = *wanted_state();
  RC_ASSERT(make_plan(state, state).empty());
}

RC_GTEST_PROP(PlanProperty, OnePassReachesTheDesiredStateFromAnyOther, ()) {
  auto kernel = fresh_kernel();
  live_through_anything(kernel);
  const auto desired = *wanted_state();
  const auto plan = make_plan(desired, dump_of(kernel).own);
  for (const auto& result : kernel.apply(plan.operations)) {
    if (!result) RC_FAIL(result.error().message);
  }
  RC_ASSERT(dump_of(kernel).own == desired);
}

RC_GTEST_PROP(PlanProperty, CleanUpLeavesNothing, ()) {
  auto kernel = fresh_kernel();
  live_through_anything(kernel);
  const auto plan = make_plan({}, dump_of(kernel).own);
  for (const auto& result : kernel.apply(plan.operations)) {
    if (!result) RC_FAIL(result.error().message);
  }
  RC_ASSERT(dump_of(kernel).own == KernelState{});
}

RC_GTEST_PROP(PlanProperty, WhatIsNotOwnedIsNotTouched, ()) {
  auto kernel = fresh_kernel();
  live_through_anything(kernel);
  const auto before = foreign_of(kernel);
  (void)kernel.apply(make_plan(*wanted_state(), dump_of(kernel).own).operations);
  RC_ASSERT(foreign_of(kernel) == before);
}

// Removals come after all puts, except of a device that must be made again: that one is the plan's beginning.
RC_GTEST_PROP(PlanProperty, NothingIsRemovedBeforeEverythingIsPut, ()) {
  auto kernel = fresh_kernel();
  live_through_anything(kernel);
  const auto desired = *wanted_state();
  auto operations = make_plan(desired, dump_of(kernel).own).operations;
  const auto is_replaced = [&](const Operation& operation) {
    const auto* link = std::get_if<Link>(&operation.object);
    return operation.verb == Verb::remove && link != nullptr &&
           std::ranges::find(desired.links, link->name, &Link::name) != desired.links.end();
  };
  const auto rest = std::ranges::find_if_not(operations, is_replaced);
  RC_ASSERT(std::ranges::none_of(rest, operations.end(), is_replaced));
  RC_ASSERT(std::is_partitioned(rest, operations.end(), [](const Operation& op) { return op.verb == Verb::put; }));
  const auto kind = [](const Operation& operation) { return operation.object.index(); };
  const auto removals = std::ranges::find(rest, operations.end(), Verb::remove, &Operation::verb);
  RC_ASSERT(std::is_sorted(rest, removals, [&](const auto& a, const auto& b) { return kind(a) < kind(b); }));
  RC_ASSERT(
      std::is_sorted(removals, operations.end(), [&](const auto& a, const auto& b) { return kind(a) > kind(b); }));
}

// A route is never there without the entries that it needs: with it, packets would go to nobody.
RC_GTEST_PROP(PlanProperty, AtEveryStepARouteHasItsNeighbour, ()) {
  auto kernel = fresh_kernel();
  const auto first = *wanted_state();
  const auto second = *wanted_state();
  (void)kernel.apply(make_plan(first, {}).operations);
  const auto complete = [](const KernelState& state) {
    return std::ranges::all_of(state.routes, [&](const Route& route) {
      return !route.onlink || std::ranges::any_of(state.neighbours, [&](const Neighbour& neighbour) {
        return neighbour.link == route.link && neighbour.address == *route.gateway;
      });
    });
  };
  // A new MAC takes the neighbours at one stroke; nothing can be done before it.
  const auto mac_changes = [&](const Operation& operation) {
    const auto* link = std::get_if<Link>(&operation.object);
    return link != nullptr && operation.verb == Verb::put;
  };
  const auto plan = make_plan(second, dump_of(kernel).own);
  RC_PRE(std::ranges::none_of(plan.operations, mac_changes));
  for (const auto& operation : plan.operations) {
    (void)kernel.apply({&operation, 1});
    RC_ASSERT(complete(dump_of(kernel).own));
  }
}

}  // namespace
}  // namespace weft::test

// Any operation may fail: the next pass heals, because what failed differs still.
#include "backend/plan.h"
#include "test/support/arbitrary_kernel.h"
#include "test/support/literals.h"
#include "test/support/sample_overlay.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <functional>
#include <ostream>

namespace weft::test {
namespace {

struct Scenario {
  const char* name;
  std::function<void(FakeKernel&)> before;
};

void PrintTo(const Scenario& scenario, std::ostream* out) { *out << scenario.name; }

const std::array kScenarios{
    Scenario{"new node", [](FakeKernel&) {}},
    Scenario{"device replaced",
             [](FakeKernel& kernel) {
               KernelState other = sample_overlay();
               for (auto& link : other.links) link.vxlan->port = 4789;
               (void)kernel.apply(puts_of(other));
             }},
    Scenario{"device down",
             [](FakeKernel& kernel) {
               (void)kernel.apply(puts_of(sample_overlay()));
               kernel.set_up("weft.1", false);
               kernel.set_up("weft-v6.1", false);
             }},
    Scenario{"other MAC",
             [](FakeKernel& kernel) {
               (void)kernel.apply(puts_of(sample_overlay()));
               kernel.set_mac("weft.1", hw("0a:58:00:00:66:66"));
             }},
    Scenario{"other peers",
             [](FakeKernel& kernel) {
               KernelState other;
               other.links = sample_overlay().links;
               other.addresses = {{"weft.1", ip("10.244.99.0"), 32}, {"weft-v6.1", ip("fd00:10:244:99::"), 128}};
               for (const unsigned n : {3U, 4U, 7U}) add_overlay_peer(other, n);
               for (auto& entry : other.fdb) entry.remote = ip(entry.remote.is_v4() ? "192.0.2.9" : "2001:db8::9");
               (void)kernel.apply(puts_of(other));
             }},
};

KernelState own_of(FakeKernel& kernel) { return kernel.dump(ownership_for(1))->own; }

void reconcile(FakeKernel& kernel, const KernelState& desired) {
  (void)kernel.apply(make_plan(desired, own_of(kernel)).operations);
}

class PlanFailure : public testing::TestWithParam<Scenario> {};

TEST_P(PlanFailure, EachSingleFailureIsHealedByTheNextPass) {
  const KernelState desired = sample_overlay();
  auto unhurt = fresh_kernel();
  GetParam().before(unhurt);
  const std::size_t steps = make_plan(desired, own_of(unhurt)).operations.size();
  ASSERT_GT(steps, 0U);
  for (std::size_t step = 0; step < steps; ++step) {
    auto kernel = fresh_kernel();
    GetParam().before(kernel);
    kernel.faults().fail_operation(step, ENOBUFS);
    reconcile(kernel, desired);
    EXPECT_EQ(kernel.faults().pending(), 0U) << "step " << step;
    reconcile(kernel, desired);
    EXPECT_EQ(own_of(kernel), desired) << "step " << step;
  }
}

INSTANTIATE_TEST_SUITE_P(Scenarios, PlanFailure, testing::ValuesIn(kScenarios), [](const auto& scenario) {
  std::string name = scenario.param.name;
  std::ranges::replace(name, ' ', '_');
  return name;
});

RC_GTEST_PROP(PlanFailureProperty, AnySingleFailureHealsFromAnywhere, ()) {
  auto kernel = fresh_kernel();
  live_through_anything(kernel);
  const auto desired = *wanted_state();
  const auto plan = make_plan(desired, own_of(kernel));
  RC_PRE(!plan.empty());
  kernel.faults().fail_operation(*rc::gen::inRange<std::size_t>(0, plan.operations.size()), ENOMEM);
  (void)kernel.apply(plan.operations);
  RC_ASSERT(kernel.faults().pending() == 0U);
  reconcile(kernel, desired);
  RC_ASSERT(own_of(kernel) == desired);
}

// A plan made of an old dump does what it can; the next one is right.
RC_GTEST_PROP(PlanFailureProperty, DamageBetweenDumpAndApplyHealsInTheNextPass, ()) {
  auto kernel = fresh_kernel();
  live_through_anything(kernel);
  const auto desired = *wanted_state();
  const auto stale = make_plan(desired, own_of(kernel));
  for (const char* device : {"weft.1", "weft-v6.1"}) {
    const auto links = own_of(kernel).links;
    const bool there = std::ranges::find(links, device, &Link::name) != links.end();
    if (there && *rc::gen::arbitrary<bool>()) kernel.remove_link(device);
  }
  (void)kernel.apply(stale.operations);
  reconcile(kernel, desired);
  RC_ASSERT(own_of(kernel) == desired);
}

}  // namespace
}  // namespace weft::test

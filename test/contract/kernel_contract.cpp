#include "test/contract/kernel_contract.h"

#include "backend/plan.h"
#include "test/support/literals.h"
#include "test/support/sample_overlay.h"

namespace weft::test {

void KernelContract::SetUp() {
  under_test_ = GetParam()();
  hand().add_ethernet("up0", 1500);
  hand().add_address({"up0", ip("192.0.2.1"), 24});
  hand().add_address({"up0", ip("2001:db8::1"), 64});
}

OperationResults KernelContract::apply(const std::vector<Operation>& operations) {
  auto results = under_test_->kernel().apply(operations);
  EXPECT_EQ(results.size(), operations.size());
  return results;
}

void KernelContract::apply_all(const std::vector<Operation>& operations) {
  for (const auto& result : apply(operations)) EXPECT_TRUE(result) << result.error().message;
}

int KernelContract::code_of(const Operation& operation) {
  const auto result = apply({operation}).at(0);
  return result ? 0 : result.error().code;
}

KernelDump KernelContract::dump() {
  auto dump = under_test_->kernel().dump(ownership_for(1));
  EXPECT_TRUE(dump) << dump.error().message;
  return dump ? *std::move(dump) : KernelDump{};
}

NodeFacts KernelContract::facts() {
  auto facts = under_test_->kernel().read_facts();
  EXPECT_TRUE(facts) << facts.error().message;
  return facts ? *std::move(facts) : NodeFacts{};
}

void KernelContract::reconcile(const KernelState& desired) { apply_all(make_plan(desired, own()).operations); }

void KernelRepair::SetUp() {
  KernelContract::SetUp();
  reconcile(sample_overlay());
  ASSERT_EQ(own(), sample_overlay());
}

void KernelRepair::TearDown() {
  if (HasFatalFailure()) return;
  EXPECT_NE(own(), sample_overlay()) << "nothing was broken";
  reconcile(sample_overlay());
  EXPECT_EQ(own(), sample_overlay());
}

}  // namespace weft::test

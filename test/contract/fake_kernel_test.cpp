// The contract on the fake kernel, and what only the fake has: faults on demand.
#include "test/support/fake_kernel.h"

#include "test/contract/kernel_contract.h"
#include "test/support/sample_overlay.h"

#include <cerrno>

namespace weft::test {
namespace {

class FakeUnderTest final : public KernelUnderTest {
 public:
  Kernel& kernel() override { return fake_; }
  KernelHand& hand() override { return fake_; }

 private:
  FakeKernel fake_;
};

std::unique_ptr<KernelUnderTest> make_fake() { return std::make_unique<FakeUnderTest>(); }

}  // namespace

INSTANTIATE_TEST_SUITE_P(Fake, KernelContract, testing::Values(&make_fake));
INSTANTIATE_TEST_SUITE_P(Fake, KernelRepair, testing::Values(&make_fake));

TEST(FakeKernel, AFaultHitsTheOperationItWasMeantForAndIsUsedUp) {
  FakeKernel kernel;
  kernel.add_ethernet("up0", 1500);
  kernel.faults().fail_operation(1, ENOBUFS);
  const auto operations = puts_of(sample_overlay());
  const auto results = kernel.apply(operations);
  EXPECT_TRUE(results[0]);
  ASSERT_FALSE(results[1]);
  EXPECT_EQ(results[1].error().code, ENOBUFS);
  EXPECT_EQ(kernel.faults().pending(), 0U);
  EXPECT_EQ(kernel.journal(), operations);
}

TEST(FakeKernel, AFaultCanBeMeantForOneKindOfOperation) {
  FakeKernel kernel;
  kernel.add_ethernet("up0", 1500);
  const auto state = sample_overlay();
  kernel.faults().fail_operation(Verb::put, KernelObject(state.routes[0]).index(), 2, ENOMEM);
  const auto operations = puts_of(state);
  const auto results = kernel.apply(operations);
  for (std::size_t i = 0; i < results.size(); ++i) {
    EXPECT_EQ(bool(results[i]), operations[i].object != KernelObject(state.routes[2])) << to_string(operations[i]);
  }
}

TEST(FakeKernel, DumpsAndFactsCanFail) {
  FakeKernel kernel;
  kernel.faults().fail_dump(EINTR);
  kernel.faults().fail_facts(EPERM);
  EXPECT_EQ(kernel.dump(ownership_for(1)).error().code, EINTR);
  EXPECT_TRUE(kernel.dump(ownership_for(1)));
  EXPECT_EQ(kernel.read_facts().error().code, EPERM);
  EXPECT_EQ(kernel.faults().pending(), 0U);
}

}  // namespace weft::test

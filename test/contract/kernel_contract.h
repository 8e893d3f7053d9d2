// What Kernel's port promises and what the kernel does on its own: one suite for the fake and for the real kernel, so
// that the fake cannot drift from the real one.
//
// A program that lists ${kernel_contract} (CMakeLists.txt) among its sources instantiates both suites:
//   INSTANTIATE_TEST_SUITE_P(Fake, KernelContract, testing::Values(&make_fake));
//   INSTANTIATE_TEST_SUITE_P(Fake, KernelRepair, testing::Values(&make_fake));
#pragma once

#include "backend/kernel.h"
#include "test/support/kernel_hand.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

namespace weft::test {

// A kernel with nothing but `lo`, and another hand on it.
class KernelUnderTest {
 public:
  virtual ~KernelUnderTest() = default;
  virtual Kernel& kernel() = 0;
  virtual KernelHand& hand() = 0;
};

using KernelFactory = std::unique_ptr<KernelUnderTest> (*)();

// Every test starts with `up0`, MTU 1500, 192.0.2.1/24 and 2001:db8::1/64.
class KernelContract : public testing::TestWithParam<KernelFactory> {
 protected:
  void SetUp() override;

  KernelHand& hand() { return under_test_->hand(); }

  OperationResults apply(const std::vector<Operation>& operations);
  void apply_all(const std::vector<Operation>& operations);  // each must succeed
  // The code of one operation's refusal, 0 for success.
  int code_of(const Operation& operation);
  int code_of_put(KernelObject object) { return code_of({Verb::put, std::move(object)}); }
  int code_of_remove(KernelObject object) { return code_of({Verb::remove, std::move(object)}); }

  KernelDump dump();
  KernelState own() { return dump().own; }
  NodeFacts facts();
  // One pass of the reconciler: dump, plan, apply; every operation must succeed.
  void reconcile(const KernelState& desired);

 private:
  std::unique_ptr<KernelUnderTest> under_test_;
};

// Starts with sample_overlay() in the kernel. A test's body breaks something; then one pass must repair it.
class KernelRepair : public KernelContract {
 protected:
  void SetUp() override;
  void TearDown() override;
};

}  // namespace weft::test

// Linked into a GoogleTest program, puts it into its own namespaces before the first test.
#include "test/support/namespace.h"

#include <gtest/gtest.h>

namespace weft::test {

namespace {

class NamespaceEnvironment : public ::testing::Environment {
 public:
  void SetUp() override { enter_private_namespace(); }
};

[[maybe_unused]] const auto* const environment = ::testing::AddGlobalTestEnvironment(new NamespaceEnvironment);

}  // namespace

}  // namespace weft::test

// Text that a person has agreed to, kept in test/golden/.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace weft::test {

// EXPECT_TRUE(matches_golden("plan_new_node.txt", text)). With WEFT_UPDATE_GOLDEN=1 in the environment the file is
// written instead; look at the difference before it is committed.
[[nodiscard]] testing::AssertionResult matches_golden(std::string_view name, const std::string& text);

}  // namespace weft::test

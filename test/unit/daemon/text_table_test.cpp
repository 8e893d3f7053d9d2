#include "daemon/text_table.h"

#include <gtest/gtest.h>

namespace weft {
namespace {

TEST(TextTable, ColumnsLineUpWithoutTrailingBlanks) {
  const std::vector<TextRow> rows{{"n1", "10.244.7.0/24", "self"}, {"node-2", "-", ""}};
  EXPECT_EQ(render_table({"NODE", "SUBNET", "STATE"}, rows),
            "NODE     SUBNET          STATE\n"
            "n1       10.244.7.0/24   self\n"
            "node-2   -\n");
}

TEST(TextTable, CellsCannotMoveTheCursor) {
  const std::vector<TextRow> rows{{"a\x1b[2J\nb"}};
  EXPECT_EQ(render_table({"X"}, rows), "X\na?[2J?b\n");
}

}  // namespace
}  // namespace weft

#include "test/support/golden.h"

#include <cstdlib>
#include <fstream>
#include <iterator>

#ifndef WEFT_GOLDEN_DIR
#error "WEFT_GOLDEN_DIR is test/golden in the source tree"
#endif

namespace weft::test {

testing::AssertionResult matches_golden(std::string_view name, const std::string& text) {
  const std::string path = std::string(WEFT_GOLDEN_DIR) + "/" + std::string(name);
  if (const char* update = std::getenv("WEFT_UPDATE_GOLDEN"); update != nullptr && std::string_view(update) == "1") {
    std::ofstream file(path, std::ios::trunc);
    file << text;
    file.close();
    return file ? testing::AssertionSuccess() : testing::AssertionFailure() << "cannot write " << path;
  }
  std::ifstream file(path);
  if (!file) return testing::AssertionFailure() << path << " is missing; WEFT_UPDATE_GOLDEN=1 makes it";
  const std::string expected{std::istreambuf_iterator<char>(file), {}};
  if (text == expected) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "text differs from " << path << "\n--- expected\n"
                                     << expected << "--- actual\n"
                                     << text << "---\nIf the new text is right: WEFT_UPDATE_GOLDEN=1";
}

}  // namespace weft::test

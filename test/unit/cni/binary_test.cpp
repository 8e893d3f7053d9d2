// The binary as a file and as a process, as far as it touches nothing.
#include "test/support/cni/plugin_process.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include <elf.h>

namespace weft::test {
namespace {

std::vector<Elf64_Phdr> program_headers() {
  std::ifstream file(WEFT_CNI_BINARY, std::ios::binary);
  Elf64_Ehdr header{};
  file.read(reinterpret_cast<char*>(&header), sizeof header);
  std::vector<Elf64_Phdr> headers(header.e_phnum);
  file.seekg(static_cast<std::streamoff>(header.e_phoff));
  file.read(reinterpret_cast<char*>(headers.data()), static_cast<std::streamsize>(headers.size() * sizeof(Elf64_Phdr)));
  EXPECT_TRUE(file.good());
  return headers;
}

TEST(Binary, NeedsNoDynamicLoader) {
  const auto headers = program_headers();
  EXPECT_FALSE(headers.empty());
  for (const Elf64_Phdr& header : headers) {
    // A build with sanitizers is dynamic: their runtimes are.
    EXPECT_TRUE(WEFT_CNI_STATIC == 0 || (header.p_type != PT_INTERP && header.p_type != PT_DYNAMIC));
  }
}

// What a library brings along unasked shows here first. Other builds are made for finding faults, not for size.
TEST(Binary, IsSmallInARelease) {
  if (WEFT_CNI_MAX_BYTES == 0) return;
  EXPECT_LE(std::filesystem::file_size(WEFT_CNI_BINARY), std::uintmax_t{WEFT_CNI_MAX_BYTES});
}

// The C library's resolver loads shared libraries, and is 130 KB.
TEST(Binary, LooksNoNamesUp) {
  if (WEFT_CNI_STATIC == 0) return;
  std::ifstream file(WEFT_CNI_BINARY, std::ios::binary);
  const std::string content{std::istreambuf_iterator<char>(file), {}};
  EXPECT_EQ(content.find("nsswitch.conf"), std::string::npos);
}

TEST(Binary, SaysWhatItIsWhenStartedByHand) {
  const PluginAnswer answer = run_plugin({});
  EXPECT_EQ(answer.exit_code, 0);
  EXPECT_EQ(answer.output, "");
  EXPECT_NE(answer.errors.find("weft CNI plugin"), std::string::npos);
  EXPECT_NE(answer.errors.find("CNI protocol versions supported: 0.3.0, 0.3.1, 0.4.0, 1.0.0, 1.1.0"),
            std::string::npos);
}

TEST(Binary, AnswersOnStandardOutputOnly) {
  const PluginAnswer answer = run_plugin({{{"CNI_COMMAND", "VERSION"}}, R"({"cniVersion":"1.0.0"})"});
  EXPECT_EQ(answer.exit_code, 0);
  EXPECT_EQ(answer.json().at("supportedVersions").size(), 5U);
  EXPECT_EQ(answer.errors, "");
}

TEST(Binary, ErrorsExitWith1) {
  const PluginAnswer answer = run_plugin({{{"CNI_COMMAND", "ADD"}}, "{}"});
  EXPECT_EQ(answer.exit_code, 1);
  EXPECT_EQ(answer.code(), 4);
  EXPECT_EQ(answer.errors, "");
}

TEST(Binary, MoreInputThanTheLimitIsRefused) {
  const PluginAnswer answer = run_plugin({{{"CNI_COMMAND", "VERSION"}}, std::string(2'000'000, ' ')});
  EXPECT_EQ(answer.code(), 6);
}

}  // namespace
}  // namespace weft::test

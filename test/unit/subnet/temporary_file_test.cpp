// What a writer that is killed leaves behind, and who cleans it up.
#include "subnet/temporary_file.h"

#include "subnet/file_writer.h"
#include "test/support/temporary_directory.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <fstream>
#include <string>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

namespace weft {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

class TemporaryFileTest : public testing::Test {
 protected:
  [[nodiscard]] std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(directory_.path())) names.push_back(entry.path().filename());
    std::ranges::sort(names);
    return names;
  }
  void leave(const std::string& name) const { std::ofstream(directory_.path() / name) << "half of it"; }

  test::TemporaryDirectory directory_;
  fs::path path_ = directory_.path() / "subnet.env";
};

// Writes for ever, until it is killed.
[[noreturn]] void keep_writing(const fs::path& path) {
  const std::string content(1 << 20, 'x');
  while (true) (void)write_file(path, content);
}

TEST_F(TemporaryFileTest, WhatAKillLeavesIsGoneAfterTheNextWrite) {
  const auto end = std::chrono::steady_clock::now() + 30s;
  bool left = false;
  while (!left && std::chrono::steady_clock::now() < end) {
    const pid_t writer = ::fork();
    ASSERT_GE(writer, 0);
    if (writer == 0) keep_writing(path_);
    // Killed while the unfinished file is there; it may be finished just then, so that it takes another try.
    while (std::chrono::steady_clock::now() < end && files().size() < 2) ::usleep(50);
    ::kill(writer, SIGKILL);
    ASSERT_EQ(::waitpid(writer, nullptr, 0), writer);
    const auto names = files();
    left = std::ranges::any_of(names, [](const auto& name) { return name.starts_with(".subnet.env.tmp-"); });
  }
  ASSERT_TRUE(left);
  ASSERT_TRUE(write_file(path_, "whole"));
  EXPECT_EQ(files(), std::vector<std::string>{"subnet.env"});
  EXPECT_EQ(read_file(path_).value(), "whole");
}

TEST_F(TemporaryFileTest, ComparingAndRemovingSweepToo) {
  ASSERT_TRUE(write_file(path_, "same"));
  leave(".subnet.env.tmp-abc123");
  EXPECT_EQ(write_file_if_changed(path_, "same"), false);
  EXPECT_EQ(files(), std::vector<std::string>{"subnet.env"});
  leave(".subnet.env.tmp-abc123");
  EXPECT_EQ(remove_file(path_), true);
  EXPECT_TRUE(files().empty());
}

TEST_F(TemporaryFileTest, NothingElseIsSwept) {
  const std::vector<std::string> others{".other.tmp-abc123", ".subnet.env.tmp-abc1234", ".subnet.env.tmp-abc12",
                                        ".subnet.env.tmp",   "subnet.env.tmp-abc123",   ".xsubnet.env.tmp-abc123"};
  for (const auto& name : others) leave(name);
  ASSERT_TRUE(write_file(path_, "x"));
  EXPECT_EQ(files().size(), others.size() + 1);
}

TEST_F(TemporaryFileTest, TheFileOfALivingWriterIsLeftAlone) {
  auto writing = TemporaryFile::beside(path_);
  ASSERT_TRUE(writing);
  ASSERT_TRUE(write_file(path_, "of another"));
  EXPECT_EQ(files().size(), 2U);
  EXPECT_EQ(writing->fill("later", 0644), 0);
  EXPECT_EQ(writing->rename_to(path_), 0);
  EXPECT_EQ(read_file(path_).value(), "later");
  EXPECT_EQ(files(), std::vector<std::string>{"subnet.env"});
}

}  // namespace
}  // namespace weft

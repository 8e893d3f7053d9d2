#include "subnet/file_writer.h"

#include <gtest/gtest.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include <sys/inotify.h>
#include <sys/resource.h>
#include <sys/stat.h>

namespace weft {
namespace {

class FileWriterTest : public testing::Test {
 protected:
  FileWriterTest() {
    std::string name = (std::filesystem::temp_directory_path() / "weft-file-XXXXXX").string();
    directory_ = ::mkdtemp(name.data());
    path_ = directory_ / "subnet.env";
  }
  ~FileWriterTest() override { std::filesystem::remove_all(directory_); }

  [[nodiscard]] std::size_t files() const {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(directory_), {}));
  }

  std::filesystem::path directory_;
  std::filesystem::path path_;
};

TEST_F(FileWriterTest, WritesAndReplaces) {
  ASSERT_TRUE(write_file(path_, "one", 0600));
  ASSERT_TRUE(write_file(path_, "two", 0644));
  EXPECT_EQ(read_file(path_).value(), "two");
  struct stat status{};
  ASSERT_EQ(::stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0644U);
  EXPECT_EQ(files(), 1U) << "the temporary file is gone";
}

TEST_F(FileWriterTest, LeavesEqualContentAlone) {
  EXPECT_EQ(write_file_if_changed(path_, "one"), true);
  struct stat before{};
  ASSERT_EQ(::stat(path_.c_str(), &before), 0);
  EXPECT_EQ(write_file_if_changed(path_, "one"), false);
  struct stat after{};
  ASSERT_EQ(::stat(path_.c_str(), &after), 0);
  EXPECT_EQ(before.st_ino, after.st_ino);
  EXPECT_EQ(write_file_if_changed(path_, "on"), true);
  EXPECT_EQ(write_file_if_changed(path_, "on", 0600), true) << "the mode counts too";
}

// A limit on the size of files fails a write half way, as a full disk does.
TEST_F(FileWriterTest, TheOldFileSurvivesAFailedWrite) {
  ASSERT_TRUE(write_file(path_, "old"));
  rlimit saved{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &saved), 0);
  const rlimit small{4096, saved.rlim_max};
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const auto written = write_file(path_, std::string(10000, 'x'));
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &saved), 0);
  std::signal(SIGXFSZ, handler);

  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, EFBIG);
  EXPECT_EQ(read_file(path_).value(), "old");
  EXPECT_EQ(files(), 1U) << "the temporary file is gone";
}

TEST_F(FileWriterTest, NamesThePathAndTheRemedy) {
  const auto written = write_file(directory_ / "missing" / "subnet.env", "x");
  ASSERT_FALSE(written);
  EXPECT_NE(written.error().message.find("missing/subnet.env"), std::string::npos);
  EXPECT_NE(written.error().message.find("create the directory"), std::string::npos);
}

TEST_F(FileWriterTest, ADirectoryInTheWayIsAnErrorAndStays) {
  ASSERT_TRUE(std::filesystem::create_directory(path_));
  const auto written = write_file_if_changed(path_, "x");
  ASSERT_FALSE(written);
  EXPECT_NE(written.error().message.find("subnet.env"), std::string::npos);
  EXPECT_TRUE(std::filesystem::is_directory(path_));
  EXPECT_EQ(files(), 1U) << "the temporary file is gone";
}

// CNI runtimes read whatever ends in .conf, .conflist or .json, also while it is being written.
TEST_F(FileWriterTest, TheTemporaryFileIsNoConfiguration) {
  const int watch = ::inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
  ASSERT_GE(::inotify_add_watch(watch, directory_.c_str(), IN_CREATE), 0);
  ASSERT_TRUE(write_file(directory_ / "05-weft.conflist", "{}"));
  alignas(inotify_event) std::array<char, 4096> buffer{};
  ASSERT_GT(::read(watch, buffer.data(), buffer.size()), 0);
  ::close(watch);
  inotify_event event{};
  std::memcpy(&event, buffer.data(), sizeof event);
  const std::filesystem::path created(buffer.data() + sizeof event);
  EXPECT_NE(created, "05-weft.conflist") << "written beside, then renamed";
  for (const char* suffix : {".conf", ".conflist", ".json"}) EXPECT_NE(created.extension(), suffix);
}

TEST_F(FileWriterTest, ReadingIsBoundedAndMissingIsNoError) {
  EXPECT_EQ(read_file(path_).value(), std::nullopt);
  ASSERT_TRUE(write_file(path_, "0123456789"));
  EXPECT_FALSE(read_file(path_, 9));
  EXPECT_TRUE(read_file(path_, 10));
}

TEST_F(FileWriterTest, RemovingTellsWhetherItWasThere) {
  ASSERT_TRUE(write_file(path_, "x"));
  EXPECT_EQ(remove_file(path_), true);
  EXPECT_EQ(remove_file(path_), false);
}

}  // namespace
}  // namespace weft

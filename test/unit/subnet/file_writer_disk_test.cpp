// What a full and a read-only file system do to a write. Runs in a mount namespace of its own.
#include "subnet/file_writer.h"
#include "test/support/temporary_directory.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include <sys/mount.h>

namespace weft {
namespace {

class FileWriterDiskTest : public testing::Test {
 protected:
  void SetUp() override {
    // So that no mount of the test shows outside.
    ASSERT_EQ(::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr), 0);
    ASSERT_EQ(::mount("weft-test", directory_.path().c_str(), "tmpfs", 0, "size=64k"), 0);
    path_ = directory_.path() / "subnet.env";
    ASSERT_TRUE(write_file(path_, "old"));
  }
  void TearDown() override { ::umount2(directory_.path().c_str(), MNT_DETACH); }

  [[nodiscard]] std::size_t files() const {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(directory_.path()), {}));
  }

  test::TemporaryDirectory directory_;
  std::filesystem::path path_;
};

TEST_F(FileWriterDiskTest, TheOldFileSurvivesAFullDisk) {
  const auto written = write_file(path_, std::string(1 << 20, 'x'));
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ENOSPC);
  EXPECT_NE(written.error().message.find(path_.string()), std::string::npos);
  EXPECT_NE(written.error().message.find("the old file is still in place"), std::string::npos);
  EXPECT_EQ(read_file(path_).value(), "old");
  EXPECT_EQ(files(), 1U) << "the temporary file is gone";
  EXPECT_TRUE(write_file(path_, "new")) << "and so is what it occupied";
}

TEST_F(FileWriterDiskTest, AReadOnlyFileSystemIsNamed) {
  ASSERT_EQ(::mount(nullptr, directory_.path().c_str(), nullptr, MS_REMOUNT | MS_RDONLY, nullptr), 0);
  const auto written = write_file_if_changed(path_, "new");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, EROFS);
  EXPECT_NE(written.error().message.find(path_.string()), std::string::npos);
  EXPECT_NE(written.error().message.find("mount it writable"), std::string::npos);
  EXPECT_EQ(write_file_if_changed(path_, "old"), false) << "nothing to write, nothing to complain of";
  EXPECT_FALSE(remove_file(path_));
  EXPECT_EQ(read_file(path_).value(), "old");
}

}  // namespace
}  // namespace weft

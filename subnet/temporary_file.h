// The unfinished form of a file, beside it: ".NAME.tmp-XXXXXX". Used by file_writer.
//
// Owns the file: it is removed unless it was renamed into place. Its writer holds a lock (flock(2)) on it, which the
// kernel drops when the writer dies: what can be locked has been left behind, by a kill -9 or a power cut, and the
// next who writes, compares or removes that file sweeps it away. Any thread, any process.
#pragma once

#include "subnet/unique_fd.h"

#include <expected>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include <sys/types.h>

namespace weft {

class TemporaryFile {
 public:
  // The error is an errno.
  [[nodiscard]] static std::expected<TemporaryFile, int> beside(const std::filesystem::path& path);
  // Removes those of `path` that nobody writes any more. Best effort.
  static void sweep(const std::filesystem::path& path);

  TemporaryFile(TemporaryFile&&) = default;
  TemporaryFile& operator=(TemporaryFile&&) = delete;
  ~TemporaryFile();

  // Both return an errno, 0 for success. The content is on the disk when fill() returns.
  [[nodiscard]] int fill(std::string_view content, mode_t mode) const;
  [[nodiscard]] int rename_to(const std::filesystem::path& path);

 private:
  TemporaryFile(UniqueFd fd, std::string name) : fd_(std::move(fd)), name_(std::move(name)) {}
  [[nodiscard]] bool is_ours() const;

  UniqueFd fd_;
  std::string name_;  // empty once renamed, or moved from
};

}  // namespace weft

// Files that are whole or as before, never between.
//
// A write goes to a temporary file in the same directory, which is synced and then renamed over the target; a full
// disk, a read-only directory or a crash leaves the old file. The temporary's name ends in none of .conf, .conflist,
// .json, so that no CNI runtime takes it for a configuration. One that a kill -9 left behind is removed by the next
// call for that path that writes, compares or removes (temporary_file.h). Any thread.
#pragma once

#include "subnet/result.h"

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include <sys/types.h>

namespace weft {

// Writes even if the content is there already. Errors name the path and, where there is one, the remedy.
[[nodiscard]] Result<> write_file(const std::filesystem::path& path, std::string_view content, mode_t mode = 0644);

// Returns whether it wrote: a file that has this content and mode already is left alone, its time stamp too.
[[nodiscard]] Result<bool> write_file_if_changed(const std::filesystem::path& path, std::string_view content,
                                                 mode_t mode = 0644);

// The whole file; an error if it is longer than `limit`, nullopt if there is none.
[[nodiscard]] Result<std::optional<std::string>> read_file(const std::filesystem::path& path,
                                                           std::size_t limit = 1 << 20);

// True if it was there.
[[nodiscard]] Result<bool> remove_file(const std::filesystem::path& path);

}  // namespace weft

// The ledger's files: a directory whose entries appear and disappear whole.
//
// Owns: the descriptor of the directory. Names are relative to it. Threading: one thread at a time.
// Errors: Error::code is the errno. Nothing is synced to disk: the directory belongs on tmpfs, because pods do not
// outlive a boot either.
#pragma once

#include "subnet/result.h"
#include "subnet/unique_fd.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace weft {

class Directory {
 public:
  // Held as long as the value lives. The lock goes with the process, whatever kills it.
  class Lock {
   public:
    explicit Lock(int fd) : fd_(fd) {}
    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;
    Lock(Lock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Lock& operator=(Lock&&) = delete;
    ~Lock();

   private:
    int fd_;
  };

  // ENOENT when it does not exist.
  [[nodiscard]] static Result<Directory> open(const std::string& path);
  // Makes the directory, its parents and `children`, readable by the owner only.
  [[nodiscard]] static Result<Directory> create(const std::string& path, std::initializer_list<const char*> children);

  // Waits for other processes; a signal whose handler does not restart system calls ends the wait with EINTR.
  [[nodiscard]] Result<Lock> lock() const;

  // EWOULDBLOCK while another process has it.
  [[nodiscard]] Result<Lock> try_lock() const;

  // Creates `name` with its whole content in one step, or fails with EEXIST. Only under lock().
  [[nodiscard]] Result<> create_file(const std::string& name, std::string_view content) const;
  // The same in the place of what is there.
  [[nodiscard]] Result<> replace_file(const std::string& name, std::string_view content) const;
  // As open(2), never following a symbolic link; does not create.
  [[nodiscard]] Result<UniqueFd> open_file(const std::string& name, int flags) const;
  // A second name for a file; EEXIST.
  [[nodiscard]] Result<> link(const std::string& name, const std::string& second) const;
  // Success also when there is no such file.
  [[nodiscard]] Result<> remove(const std::string& name) const;

  [[nodiscard]] bool exists(const std::string& name) const;
  // At most `limit` bytes; a longer file is EFBIG.
  [[nodiscard]] Result<std::string> read(const std::string& name, std::size_t limit) const;
  // nullopt when it does not exist.
  [[nodiscard]] Result<std::optional<ino_t>> inode(const std::string& name) const;
  // Whether both exist and are one file with two names.
  [[nodiscard]] Result<bool> same_file(const std::string& name, const std::string& second) const;
  struct Name {
    std::string text;
    ino_t inode = 0;  // as the directory has it, where inode() may tell another (overlayfs)
  };
  [[nodiscard]] Result<std::vector<Name>> names(const std::string& child) const;

 private:
  Directory(UniqueFd fd, std::string path) : fd_(std::move(fd)), path_(std::move(path)) {}

  [[nodiscard]] Result<> write_file(const std::string& name, std::string_view content, unsigned rename_flags) const;
  [[nodiscard]] std::unexpected<Error> failed(std::string_view action, const std::string& name) const;

  UniqueFd fd_;
  std::string path_;
};

}  // namespace weft

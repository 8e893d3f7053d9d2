// Network namespaces as a container runtime makes them: mounted on a file, until they are unmounted.
//
// Tests only, after enter_private_namespace(). Functions throw std::system_error where the kernel refuses.
#pragma once

#include "subnet/unique_fd.h"

#include <string>
#include <utility>

namespace weft::test {

// Mounts made from here on stay in this process's mount namespace, whoever runs the test.
void keep_mounts_private();

class NetworkNamespace {
 public:
  // A new one, with nothing but `lo`, down, mounted on `path`.
  explicit NetworkNamespace(std::string path);
  NetworkNamespace(NetworkNamespace&&) = default;
  NetworkNamespace& operator=(NetworkNamespace&&) = delete;
  ~NetworkNamespace();

  [[nodiscard]] const std::string& path() const { return path_; }

  // Calls `action` with this thread inside.
  template <class Action>
  auto run(Action action) const {
    const Visit visit(fd_.get());
    return action();
  }

 private:
  class Visit {
   public:
    explicit Visit(int fd);
    Visit(const Visit&) = delete;
    Visit& operator=(const Visit&) = delete;
    ~Visit();

   private:
    UniqueFd home_;
  };

  std::string path_;
  UniqueFd fd_;
};

}  // namespace weft::test

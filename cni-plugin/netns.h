// The pod's network namespace.
//
// Owns: a descriptor that keeps the namespace alive. Threading: visiting changes the calling thread's namespace.
#pragma once

#include "backend/netlink/socket.h"
#include "cni-plugin/failure.h"
#include "subnet/unique_fd.h"

#include <string>
#include <utility>

#include <sys/types.h>

namespace weft::cni {

class Netns {
 public:
  // Fails with a message when `path` does not exist or is not a network namespace.
  [[nodiscard]] static Result<Netns> open(const std::string& path);

  [[nodiscard]] int fd() const { return fd_.get(); }
  // "<device>:<inode>": equal for two descriptors of one namespace.
  [[nodiscard]] const std::string& identity() const { return identity_; }
  // Whether it is the one the calling thread is in.
  [[nodiscard]] Result<bool> is_own() const;

  // Runs `visit` with the calling thread inside the namespace: what it opens there stays bound to it (sockets,
  // /proc/sys/net). Aborts when the way back fails: going on in the wrong namespace would change the pod's
  // network in place of the host's.
  template <class Visit>
  [[nodiscard]] auto visit(Visit visit) const -> decltype(visit()) {
    const auto home = enter();
    if (!home) return std::unexpected(home.error());
    auto outcome = visit();
    leave(*home);
    return outcome;
  }

 private:
  Netns(UniqueFd fd, std::string identity) : fd_(std::move(fd)), identity_(std::move(identity)) {}

  [[nodiscard]] Result<UniqueFd> enter() const;
  static void leave(const UniqueFd& home);

  UniqueFd fd_;
  std::string identity_;
};

}  // namespace weft::cni

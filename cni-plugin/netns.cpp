#include "cni-plugin/netns.h"

#include <cerrno>
#include <cstdlib>

#include <fcntl.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

namespace weft::cni {

namespace {

constexpr const char* kOwn = "/proc/thread-self/ns/net";

Result<std::string> identity_of(int fd) {
  struct stat status{};
  if (::fstat(fd, &status) != 0) return fail_errno("stat", errno);
  return fmt::format("{}:{}", status.st_dev, status.st_ino);
}

}  // namespace

Result<Netns> Netns::open(const std::string& path) {
  // Not blocking: the path may by now be a fifo, or anything else.
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd) return fail_errno(path, errno);
  if (::ioctl(fd.get(), NS_GET_NSTYPE) != CLONE_NEWNET) return fail("{} is not a network namespace", path);
  auto identity = identity_of(fd.get());
  if (!identity) return fail_with(path, identity.error());
  return Netns(std::move(fd), *std::move(identity));
}

Result<bool> Netns::is_own() const {
  const auto own = open(kOwn);
  if (!own) return std::unexpected(own.error());
  return own->identity() == identity_;
}

Result<UniqueFd> Netns::enter() const {
  UniqueFd home(::open(kOwn, O_RDONLY | O_CLOEXEC));
  if (!home) return fail_errno(kOwn, errno);
  if (::setns(fd_.get(), CLONE_NEWNET) != 0) return fail_errno("enter the pod's network namespace", errno);
  return home;
}

void Netns::leave(const UniqueFd& home) {
  if (::setns(home.get(), CLONE_NEWNET) != 0) std::abort();
}

}  // namespace weft::cni

#include "test/support/cni/network_namespace.h"

#include <cerrno>
#include <cstdlib>
#include <system_error>
#include <thread>

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>

namespace weft::test {

namespace {

constexpr const char* kOwn = "/proc/thread-self/ns/net";

[[noreturn]] void throw_errno(const char* what, int code) {
  throw std::system_error(code, std::generic_category(), what);
}

UniqueFd open_namespace(const char* path) {
  UniqueFd fd(::open(path, O_RDONLY | O_CLOEXEC));
  if (!fd) throw_errno(path, errno);
  return fd;
}

// In a thread of its own, so that the caller stays where it is. 0, or the errno of what failed.
void mount_new_namespace(const char* path, int& code) {
  if (::unshare(CLONE_NEWNET) != 0 || ::mount(kOwn, path, nullptr, MS_BIND, nullptr) != 0) code = errno;
}

}  // namespace

void keep_mounts_private() {
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) throw_errno("make mounts private", errno);
}

NetworkNamespace::NetworkNamespace(std::string path) : path_(std::move(path)) {
  const UniqueFd file(::open(path_.c_str(), O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444));
  if (!file) throw_errno(path_.c_str(), errno);
  int code = 0;
  std::thread(mount_new_namespace, path_.c_str(), std::ref(code)).join();
  if (code != 0) throw_errno("make a network namespace", code);
  fd_ = open_namespace(path_.c_str());
}

NetworkNamespace::~NetworkNamespace() {
  if (!fd_) return;  // moved from
  ::umount2(path_.c_str(), MNT_DETACH);
  ::unlink(path_.c_str());
}

NetworkNamespace::Visit::Visit(int fd) : home_(open_namespace(kOwn)) {
  if (::setns(fd, CLONE_NEWNET) != 0) throw_errno("setns", errno);
}

NetworkNamespace::Visit::~Visit() {
  if (::setns(home_.get(), CLONE_NEWNET) != 0) std::abort();
}

}  // namespace weft::test

#include "backend/pod_table/table_lock.h"

#include <cerrno>

#include <fcntl.h>
#include <sys/file.h>

namespace weft::pod_table {

Result<TableLock> TableLock::acquire() { return lock(LOCK_EX); }

Result<TableLock> TableLock::try_acquire() { return lock(LOCK_EX | LOCK_NB); }

Result<TableLock> TableLock::lock(int operation) {
  constexpr const char* kNamespace = "/proc/thread-self/ns/net";
  UniqueFd fd(::open(kNamespace, O_RDONLY | O_CLOEXEC));
  if (!fd) return fail_errno(kNamespace, errno);
  if (::flock(fd.get(), operation) != 0) return fail_errno("lock the pods' table", errno);
  return TableLock(std::move(fd));
}

}  // namespace weft::pod_table

#include "backend/pod_table/table_lock.h"

#include <cerrno>

#include <fcntl.h>
#include <sys/file.h>

namespace weft::pod_table {

Result<TableLock> TableLock::acquire() {
  constexpr const char* kNamespace = "/proc/thread-self/ns/net";
  UniqueFd fd(::open(kNamespace, O_RDONLY | O_CLOEXEC));
  if (!fd) return fail_errno(kNamespace, errno);
  if (::flock(fd.get(), LOCK_EX) != 0) return fail_errno("lock the pods' table", errno);
  return TableLock(std::move(fd));
}

}  // namespace weft::pod_table

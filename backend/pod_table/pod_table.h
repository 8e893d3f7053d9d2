// The pods' own nf_tables table in the kernel, inet weft-pods: hostPorts, and no packets from addresses that are not
// the sender's (skeleton.h says how).
//
// Whoever attaches pods owns it: it is made with the first pod, and made anew, in one transaction and with the elements
// of all pods in the ledger, when it is missing or of another version. The daemon, whose table is inet weft, repairs
// it. Owns: a KernelTable, of the namespace of the thread that opens it. Threading: one thread at a time;
// any number of processes, serialised by a lock where they write. Errors: Error::code is an errno; EINTR when a signal
// ends the wait for the lock.
#pragma once

#include "backend/pod_table/kernel_table.h"
#include "backend/pod_table/living.h"
#include "backend/pod_table/port_elements.h"
#include "backend/pod_table/skeleton.h"
#include "subnet/ledger/ledger.h"
#include "subnet/result.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weft::pod_table {

// What a repair has done.
struct Repair {
  bool rebuilt = false;              // the table was missing, or somebody had changed its rules
  std::size_t restored = 0;          // elements that were missing or led to no living pod
  std::size_t removed = 0;           // elements of pods that nobody knows any more
  bool unfinished = false;           // something may be missing that an ADD is about to add: look again in a while
  std::vector<Attachment> reopened;  // whose ports were closed: forget_flows_elsewhere() is due
};
// Whether elements that no living pod stands for are removed: they do no harm, and DEL removes its own.
enum class Cleaning : std::uint8_t { no, yes };

class PodTable {
 public:
  [[nodiscard]] static Result<PodTable> open();

  // Makes the table where it is not as this version makes it. One request when there is nothing to do.
  [[nodiscard]] Result<> ensure(const Ledger& ledger);

  // Opens the attachment's ports; all or nothing. The pod must be reachable, and in the ledger. EEXIST: another living
  // pod has one of them; the message names it. Elements that no living pod stands for are replaced. `bridge`: that the
  // pod's link is a port of.
  [[nodiscard]] Result<> publish(const Attachment& attachment, const Ledger& ledger, std::string_view bridge = {});

  // Closes them. Elements of the same ports that lead to somebody else stay. Success also when there is nothing.
  [[nodiscard]] Result<> withdraw(const Attachment& attachment);

  // Removes the table, for a node without pods. False: there was none.
  [[nodiscard]] Result<bool> remove();

  // Makes the table what the ledger's living pods need. While there is no pod it makes none, and a table of another
  // version is left to those who made it. A pod whose link is gone gets nothing: DEL removes the link first, and then
  // waits for the lock to close the ports. Does not wait for the lock itself: EWOULDBLOCK. `ledger`: nullptr where
  // nothing was ever recorded.
  [[nodiscard]] Result<Repair> repair(const Ledger* ledger, Cleaning cleaning);

  // What of the table, and of the attachment's elements, is missing or wrong: a sentence each.
  [[nodiscard]] Result<std::vector<std::string>> find_faults(const Attachment& attachment);

 private:
  enum class TableState : std::uint8_t { missing, right, damaged, other_version };
  struct Inspection;

  explicit PodTable(KernelTable table) : table_(std::move(table)) {}

  [[nodiscard]] Result<> rebuild(Skeleton skeleton, std::span<const LivingPod> living);
  [[nodiscard]] Result<> rebuild(Skeleton skeleton, const Ledger* ledger);
  // Those of `wanted` whose keys are taken by something that may be replaced; EEXIST when one may not.
  [[nodiscard]] Result<std::vector<PortElement>> replaceable(std::span<const PortElement> wanted, const Ledger& ledger);
  [[nodiscard]] Result<> exchange(std::span<const PortElement> removed, std::span<const PortElement> added);

  [[nodiscard]] Result<Inspection> inspect(const Skeleton& skeleton, const Ledger* ledger, Cleaning cleaning);
  [[nodiscard]] Result<TableState> look_at_table(const Skeleton& skeleton);
  [[nodiscard]] Result<std::vector<PortElement>> read_elements();
  [[nodiscard]] Result<Repair> put_right(Skeleton skeleton, const Inspection& found);

  KernelTable table_;
};

}  // namespace weft::pod_table

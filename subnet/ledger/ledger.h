// Which pod has which address of this node: the plugin's allocator, and the daemon's source of truth about pods.
//
// Files under one directory (/run/weft/cni, tmpfs):
//   attachments/<container id>:<interface>   one a pod interface (attachment.h)
//   addresses/<address>                      one an address: a second name (hard link) of its attachment's file
//   free.IPv4, free.IPv6                     in which order free addresses come again (free_list.h), a hint
// An attachment is written before its addresses and names them, and both before the pod's link exists, so whatever
// dies in between, release() by key finds everything. No file is ever empty or half written, and none is replaced.
//
// Owns: the directory's descriptor. Threading: one thread at a time; any number of processes (or of Ledgers, one a
// thread) at once, serialised by a lock on the directory that is held for microseconds.
// Cost: reserve() and release() do not depend on the number of entries while addresses are free.
// Errors: Error::code is an errno; those with a meaning of their own are named at the function.
#pragma once

#include "subnet/ledger/address_pool.h"
#include "subnet/ledger/attachment.h"
#include "subnet/ledger/directory.h"
#include "subnet/ledger/free_list.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace weft {

// Whether the error of Ledger::find() lies in the entry: what is there is none of ours. Others may pass.
[[nodiscard]] bool is_damage(const Error& error);

class Ledger {
 public:
  // What is on disk, unreadable entries included: their key is still known from the name.
  struct Entry {
    AttachmentKey key;
    Result<Attachment> attachment;
  };

  // An address that no attachment stands for: no crash leaves one, a stranger or a damaged file may.
  struct Stray {
    IpAddress address;
    Result<Attachment> attachment;  // what its file says
  };

  enum class StrayFate : std::uint8_t { kept, freed, restored };
  using DeadEntry = std::function<bool(const Result<Attachment>&)>;
  using LivingEntry = std::function<bool(const Attachment&)>;

  // Makes the directory where it is missing.
  [[nodiscard]] static Result<Ledger> create(const std::string& directory);
  // ENOENT: nothing was ever attached here.
  [[nodiscard]] static Result<Ledger> open(const std::string& directory);

  // Gives `wanted` one address of each pool and records it; all or nothing. `wanted.addresses` on entry are those that
  // are asked for, at most one of a pool's subnet; the other pools give what is next: an address is not used again
  // while another one has been free for longer. When a pool has no free address, entries that no living pod
  // can own are taken back: unreadable ones, those no attachment stands for, those of another boot.
  // `wanted.boot_id` must be the current one. EEXIST: there is an attachment of this key already. EADDRNOTAVAIL: a pool
  // is exhausted. EADDRINUSE: what is asked for is somebody else's. EINVAL: it is in no pool. EINTR: see lock().
  [[nodiscard]] Result<Attachment> reserve(Attachment wanted, std::span<const AddressPool> pools) const;

  // Frees the attachment and its addresses. Success also when there is none, when its file is damaged (its addresses
  // are then found by looking at all of them) and when called again after a crash in the middle.
  [[nodiscard]] Result<> release(const AttachmentKey& key) const;

  // ENOENT: none of this key.
  [[nodiscard]] Result<Attachment> find(const AttachmentKey& key) const;
  // The same with those of its addresses alone that are still its own: a release that was cut short leaves an entry
  // which names addresses that others may have by now.
  [[nodiscard]] Result<Attachment> find_held(const AttachmentKey& key) const;
  // The names of all attachments: a look at one directory and no file.
  [[nodiscard]] Result<std::vector<AttachmentKey>> keys() const;
  [[nodiscard]] Result<std::vector<Entry>> list() const;
  // The attachment that has the address, unless it is nobody's or its file is unreadable.
  [[nodiscard]] std::optional<Attachment> owner_of(const IpAddress& address) const;
  [[nodiscard]] Result<std::vector<Stray>> strays() const;
  // Whether the attachment is recorded as it was reserved. An ADD that has taken long asks this when the pod's link
  // exists: from then on nobody takes the entry for dead, and before somebody may have.
  [[nodiscard]] Result<bool> holds(const Attachment& attachment) const;

  // For a sweep; they do not wait for the lock: EWOULDBLOCK while somebody else has it. Conditions are asked under it,
  // of entries as find_held() has them.
  // Releases the attachment if what is recorded now is `dead`; false when it is not, or gone.
  [[nodiscard]] Result<bool> release_if(const AttachmentKey& key, const DeadEntry& dead) const;
  // An address whose file names a living attachment gets its entry back, where that is missing; others are freed.
  [[nodiscard]] Result<StrayFate> settle(const IpAddress& stray, const LivingEntry& alive) const;

  // Whether reserve() would find an address. When none is known to be free it takes one look at all their names, and
  // into so many files that it stays quick: a larger pool may be called full that has some to take back.
  [[nodiscard]] bool has_room(const AddressPool& pool, const std::string& boot_id) const;

 private:
  explicit Ledger(Directory directory) : directory_(std::move(directory)) {}

  [[nodiscard]] Result<IpAddress> pick(FreeList& free, const AddressPool& pool, const std::string& boot_id) const;
  // Whether there was any.
  bool take_back(const AddressPool& pool, const std::string& boot_id) const;
  [[nodiscard]] Result<IpAddress> claim(const IpAddress& asked, const std::string& boot_id) const;
  // Of an address that is_stale().
  [[nodiscard]] Result<> evict(const IpAddress& address) const;
  // Those of the pool that have a file.
  [[nodiscard]] std::vector<IpAddress> used_of(const AddressPool& pool) const;
  // No living pod can own it: reserve() says why.
  [[nodiscard]] bool is_stale(const IpAddress& address, const std::string& boot_id) const;
  // Keeps those addresses of which `file` is another name.
  [[nodiscard]] Result<Attachment> held(Attachment attachment, const std::string& file) const;
  [[nodiscard]] Result<> record(const Attachment& attachment) const;
  [[nodiscard]] Result<> release_locked(const AttachmentKey& key) const;
  [[nodiscard]] Result<std::vector<Directory::Name>> names_in(const std::string& child) const;
  [[nodiscard]] Result<> remove_names_of(ino_t inode) const;
  [[nodiscard]] Result<> free_address(const IpAddress& address) const;

  Directory directory_;
};

}  // namespace weft

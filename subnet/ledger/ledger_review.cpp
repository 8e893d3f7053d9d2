// What the ledger offers to those who look after it: listing everything, and taking back under a condition.
#include "subnet/ledger/entry_names.h"
#include "subnet/ledger/ledger.h"

#include <cerrno>
#include <set>

namespace weft {

// A directory that mode "delegate" alone has used holds none of the ledger's.
Result<std::vector<Directory::Name>> Ledger::names_in(const std::string& child) const {
  auto names = directory_.names(child);
  if (!names && names.error().code == ENOENT) return std::vector<Directory::Name>();
  return names;
}

Result<std::vector<AttachmentKey>> Ledger::keys() const {
  const auto names = names_in(kAttachmentsFolder);
  if (!names) return std::unexpected(names.error());
  std::vector<AttachmentKey> keys;
  for (const Directory::Name& name : *names) keys.push_back(key_of(name.text));
  return keys;
}

Result<std::vector<Ledger::Entry>> Ledger::list() const {
  auto keys = this->keys();
  if (!keys) return std::unexpected(keys.error());
  std::vector<Entry> entries;
  for (AttachmentKey& key : *keys) {
    auto attachment = find(key);
    if (!attachment && attachment.error().code == ENOENT) continue;  // released meanwhile
    entries.push_back({std::move(key), std::move(attachment)});
  }
  return entries;
}

// First the addresses: an attachment is there before its addresses, and goes after them.
Result<std::vector<Ledger::Stray>> Ledger::strays() const {
  const auto addresses = names_in(kAddressesFolder);
  if (!addresses) return std::unexpected(addresses.error());
  const auto attachments = names_in(kAttachmentsFolder);
  if (!attachments) return std::unexpected(attachments.error());
  std::set<ino_t> standing;
  for (const Directory::Name& name : *attachments) standing.insert(name.inode);
  std::vector<Stray> strays;
  for (const Directory::Name& name : *addresses) {
    const auto address = IpAddress::parse(name.text);
    if (!address || standing.contains(name.inode) || owner_of(*address)) continue;
    const auto content = directory_.read(file_of(*address), kMaxAttachmentBytes);
    if (!content && content.error().code == ENOENT) continue;  // released meanwhile
    strays.push_back({*address, content ? decode_attachment(*content) : std::unexpected(content.error())});
  }
  return strays;
}

Result<bool> Ledger::holds(const Attachment& attachment) const {
  const auto lock = directory_.lock();
  if (!lock) return std::unexpected(lock.error());
  const auto recorded = find(attachment.key);
  if (!recorded && recorded.error().code != ENOENT) return std::unexpected(recorded.error());
  return recorded && *recorded == attachment;
}

Result<bool> Ledger::release_if(const AttachmentKey& key, const DeadEntry& dead) const {
  const auto lock = directory_.try_lock();
  if (!lock) return std::unexpected(lock.error());
  const auto entry = find_held(key);
  if (!entry && entry.error().code == ENOENT) return false;
  if (!entry && !is_damage(entry.error())) return std::unexpected(entry.error());
  if (!dead(entry)) return false;
  if (const auto released = release_locked(key); !released) return std::unexpected(released.error());
  return true;
}

Result<Ledger::StrayFate> Ledger::settle(const IpAddress& stray, const LivingEntry& alive) const {
  const auto lock = directory_.try_lock();
  if (!lock) return std::unexpected(lock.error());
  const std::string file = file_of(stray);
  if (!directory_.exists(file) || owner_of(stray)) return StrayFate::kept;
  const auto content = directory_.read(file, kMaxAttachmentBytes);
  // What cannot be read may be alive; what is too long is none of ours.
  if (!content && content.error().code != EFBIG) return std::unexpected(content.error());
  const auto named = decode_attachment(content ? *content : "");
  const auto attachment = named ? held(*named, file) : named;
  if (named && !attachment) return std::unexpected(attachment.error());
  if (!attachment || !alive(*attachment)) {
    const auto freed = free_address(stray);
    return freed ? Result<StrayFate>(StrayFate::freed) : std::unexpected(freed.error());
  }
  // A damaged entry in its place goes when the pod does.
  if (directory_.exists(file_of(attachment->key))) return StrayFate::kept;
  const auto restored = directory_.link(file, file_of(attachment->key));
  return restored ? Result<StrayFate>(StrayFate::restored) : std::unexpected(restored.error());
}

}  // namespace weft

#include "subnet/ledger/ledger.h"

#include "subnet/ledger/entry_names.h"

#include <cerrno>

namespace weft {

namespace {

constexpr std::size_t kMaxHintBytes = 64;
std::string hint_of(Family family) { return fmt::format("last.{}", to_string(family)); }

}  // namespace

Result<Ledger> Ledger::create(const std::string& directory) {
  auto made = Directory::create(directory, {"attachments", "addresses"});
  if (!made) return fail_with("address ledger", made.error());
  return Ledger(*std::move(made));
}

Result<Ledger> Ledger::open(const std::string& directory) {
  auto opened = Directory::open(directory);
  if (!opened) return fail_with("address ledger", opened.error());
  return Ledger(*std::move(opened));
}

Result<Attachment> Ledger::reserve(Attachment wanted, std::span<const AddressPool> pools) const {
  const auto lock = directory_.lock();
  if (!lock) return std::unexpected(lock.error());
  if (directory_.exists(file_of(wanted.key))) {
    return fail_errno("attachment " + wanted.key.container_id + ' ' + wanted.key.interface, EEXIST);
  }
  wanted.addresses.clear();
  for (const AddressPool& pool : pools) {
    const auto address = pick(pool, wanted.boot_id);
    if (!address) return std::unexpected(address.error());
    wanted.addresses.push_back(*address);
  }
  if (const auto recorded = record(wanted); !recorded) return std::unexpected(recorded.error());
  for (const IpAddress& address : wanted.addresses) {
    directory_.write_hint(hint_of(address.family()), address.to_string());
  }
  return wanted;
}

Result<> Ledger::record(const Attachment& attachment) const {
  const std::string content = encode(attachment);
  if (content.size() > kMaxAttachmentBytes) return fail_errno("attachment " + attachment.key.container_id, EFBIG);
  const std::string file = file_of(attachment.key);
  if (const auto created = directory_.create_file(file, content); !created) return created;
  for (const IpAddress& address : attachment.addresses) {
    const auto linked = directory_.link(file, file_of(address));
    if (linked) continue;
    [[maybe_unused]] const auto undone = release_locked(attachment.key);  // the first error is the one to tell
    return linked;
  }
  return {};
}

Result<IpAddress> Ledger::pick(const AddressPool& pool, const std::string& boot_id) const {
  if (const auto free = next_free(pool)) return *free;
  if (const auto freed = take_back(pool, boot_id)) return *freed;
  return std::unexpected(
      Error{fmt::format("all {} addresses of {} are in use", pool.size(), pool.subnet().to_string()), EADDRNOTAVAIL});
}

std::optional<IpAddress> Ledger::next_free(const AddressPool& pool) const {
  const auto hint = directory_.read(hint_of(pool.subnet().family()), kMaxHintBytes);
  const auto last = IpAddress::parse(hint ? *hint : "");
  const auto position = last ? pool.index_of(*last) : std::nullopt;
  const std::uint64_t start = position ? *position + 1 : 0;
  for (std::uint64_t step = 0; step < pool.size(); ++step) {
    const IpAddress candidate = pool.at((start + step) % pool.size());
    if (!directory_.exists(file_of(candidate))) return candidate;
  }
  return std::nullopt;
}

// All of them at once: whoever finds the pool empty next time starts with what this look at every file has freed.
std::optional<IpAddress> Ledger::take_back(const AddressPool& pool, const std::string& boot_id) const {
  std::optional<IpAddress> freed;
  for (std::uint64_t index = 0; index < pool.size(); ++index) {
    const IpAddress candidate = pool.at(index);
    if (!is_stale(candidate, boot_id)) continue;
    const auto owner = owner_of(candidate);
    const auto done = owner ? release_locked(owner->key) : directory_.remove(file_of(candidate));
    if (done && !freed) freed = candidate;
  }
  return freed;
}

bool Ledger::is_stale(const IpAddress& address, const std::string& boot_id) const {
  const auto content = directory_.read(file_of(address), kMaxAttachmentBytes);
  // What cannot be read may be alive; what is too long is none of ours.
  if (!content && content.error().code != EFBIG) return false;
  const auto owner = owner_of(address);
  return !owner || owner->boot_id != boot_id;
}

std::optional<Attachment> Ledger::owner_of(const IpAddress& address) const {
  const std::string file = file_of(address);
  const auto content = directory_.read(file, kMaxAttachmentBytes);
  const auto attachment = decode_attachment(content ? *content : "");
  if (!attachment || directory_.inode(file_of(attachment->key)) != directory_.inode(file)) return std::nullopt;
  return *attachment;
}

Result<> Ledger::release(const AttachmentKey& key) const {
  const auto lock = directory_.lock();
  if (!lock) return std::unexpected(lock.error());
  return release_locked(key);
}

Result<> Ledger::release_locked(const AttachmentKey& key) const {
  const std::string file = file_of(key);
  const auto inode = directory_.inode(file);
  if (!inode) return {};
  const auto attachment = find(key);
  if (!attachment) {
    if (const auto removed = remove_names_of(*inode); !removed) return removed;
    return directory_.remove(file);
  }
  for (const IpAddress& address : attachment->addresses) {
    // Under the same name there may be somebody else's entry by now: only another name of this file is ours.
    if (directory_.inode(file_of(address)) != inode) continue;
    if (const auto removed = directory_.remove(file_of(address)); !removed) return removed;
  }
  return directory_.remove(file);
}

Result<> Ledger::remove_names_of(ino_t inode) const {
  const auto names = directory_.names("addresses");
  if (!names) return std::unexpected(names.error());
  for (const Directory::Name& name : *names) {
    const std::string file = "addresses/" + name.text;
    if (directory_.inode(file) != inode) continue;
    if (const auto removed = directory_.remove(file); !removed) return removed;
  }
  return {};
}

Result<Attachment> Ledger::find(const AttachmentKey& key) const {
  const auto content = directory_.read(file_of(key), kMaxAttachmentBytes);
  if (!content) return std::unexpected(content.error());
  auto attachment = decode_attachment(*content);
  if (!attachment) return fail_with("attachment " + key.container_id, attachment.error());
  if (attachment->key != key) return fail("attachment {}: its file is another one's", key.container_id);
  return attachment;
}

bool Ledger::has_room(const AddressPool& pool, const std::string& boot_id) const {
  if (next_free(pool)) return true;
  for (std::uint64_t index = 0; index < pool.size(); ++index) {
    if (is_stale(pool.at(index), boot_id)) return true;
  }
  return false;
}

}  // namespace weft

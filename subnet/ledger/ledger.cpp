#include "subnet/ledger/ledger.h"

#include "subnet/ledger/entry_names.h"

#include <algorithm>
#include <cerrno>

namespace weft {

namespace {

// Files that has_room() reads: all of a /24.
constexpr std::uint64_t kLooksForRoom = 256;

std::optional<IpAddress> find_in(const IpPrefix& subnet, std::span<const IpAddress> addresses) {
  const auto found =
      std::find_if(addresses.begin(), addresses.end(), [&](const auto& a) { return subnet.contains(a); });
  return found == addresses.end() ? std::nullopt : std::optional(*found);
}

}  // namespace

Result<Ledger> Ledger::create(const std::string& directory) {
  auto made = Directory::create(directory, {kAttachmentsFolder, kAddressesFolder});
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
  const std::vector<IpAddress> asked = std::exchange(wanted.addresses, {});
  std::size_t honoured = 0;
  std::vector<FreeList> lists;
  for (const AddressPool& pool : pools) {
    FreeList& list = lists.emplace_back(directory_, pool);
    const auto own = find_in(pool.subnet(), asked);
    const auto address = own ? claim(*own, wanted.boot_id) : pick(list, pool, wanted.boot_id);
    if (!address) return std::unexpected(address.error());
    wanted.addresses.push_back(*address);
    if (own) ++honoured;
  }
  if (honoured != asked.size()) return fail_errno("an address that is asked for", EINVAL);
  if (const auto recorded = record(wanted); !recorded) return std::unexpected(recorded.error());
  for (std::size_t i = 0; i < lists.size(); ++i) {
    const bool picked = !find_in(pools[i].subnet(), asked);
    picked ? lists[i].commit() : lists[i].take(wanted.addresses[i]);
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

Result<IpAddress> Ledger::pick(FreeList& free, const AddressPool& pool, const std::string& boot_id) const {
  if (const auto next = free.next()) return *next;
  const bool found = free.reload() || (take_back(pool, boot_id) && free.reload());
  if (const auto next = found ? free.next() : std::nullopt) return *next;
  return std::unexpected(
      Error{fmt::format("all {} addresses of {} are in use", pool.size(), pool.subnet().to_string()), EADDRNOTAVAIL});
}

Result<IpAddress> Ledger::claim(const IpAddress& asked, const std::string& boot_id) const {
  if (!directory_.exists(file_of(asked))) return asked;
  if (is_stale(asked, boot_id)) {
    if (const auto freed = evict(asked); !freed) return std::unexpected(freed.error());
    return asked;
  }
  const auto owner = owner_of(asked);
  const std::string whose = owner ? describe_owner(*owner) : "an entry that cannot be read";
  return std::unexpected(
      Error{fmt::format("{} is taken by {}: ask for another one", asked.to_string(), whose), EADDRINUSE});
}

Result<> Ledger::evict(const IpAddress& address) const {
  const auto owner = owner_of(address);
  return owner ? release_locked(owner->key) : free_address(address);
}

// All of them at once: whoever finds the pool empty next time starts with what this look at every file has freed.
bool Ledger::take_back(const AddressPool& pool, const std::string& boot_id) const {
  bool freed = false;
  for (const IpAddress& candidate : used_of(pool)) {
    if (!is_stale(candidate, boot_id)) continue;
    if (evict(candidate)) freed = true;
  }
  return freed;
}

std::vector<IpAddress> Ledger::used_of(const AddressPool& pool) const {
  std::vector<IpAddress> used;
  const auto names = directory_.names(kAddressesFolder);
  if (!names) return used;
  for (const Directory::Name& name : *names) {
    const auto address = IpAddress::parse(name.text);
    if (address && pool.index_of(*address)) used.push_back(*address);
  }
  return used;
}

bool Ledger::is_stale(const IpAddress& address, const std::string& boot_id) const {
  const std::string file = file_of(address);
  const auto content = directory_.read(file, kMaxAttachmentBytes);
  // What cannot be read may be alive; what is too long is none of ours.
  if (!content && content.error().code != EFBIG) return false;
  const auto says = decode_attachment(content ? *content : "");
  if (!says || says->boot_id != boot_id) return true;
  const auto stands = directory_.same_file(file_of(says->key), file);
  return stands && !*stands;
}

std::optional<Attachment> Ledger::owner_of(const IpAddress& address) const {
  const std::string file = file_of(address);
  const auto content = directory_.read(file, kMaxAttachmentBytes);
  const auto attachment = decode_attachment(content ? *content : "");
  if (!attachment || !directory_.same_file(file_of(attachment->key), file).value_or(false)) return std::nullopt;
  return *attachment;
}

Result<> Ledger::release(const AttachmentKey& key) const {
  const auto lock = directory_.lock();
  if (!lock) return std::unexpected(lock.error());
  return release_locked(key);
}

Result<> Ledger::release_locked(const AttachmentKey& key) const {
  const std::string file = file_of(key);
  const auto found = directory_.inode(file);
  if (!found) return std::unexpected(found.error());
  const auto& inode = *found;
  if (!inode) return {};
  const auto attachment = find(key);
  if (!attachment) {
    if (const auto removed = remove_names_of(*inode); !removed) return removed;
    return directory_.remove(file);
  }
  for (const IpAddress& address : attachment->addresses) {
    // Under the same name there may be somebody else's entry by now: only another name of this file is ours.
    const auto own = directory_.same_file(file_of(address), file);
    if (!own) return std::unexpected(own.error());
    if (!*own) continue;
    if (const auto freed = free_address(address); !freed) return freed;
  }
  return directory_.remove(file);
}

Result<> Ledger::free_address(const IpAddress& address) const {
  FreeList::released(directory_, address);
  return directory_.remove(file_of(address));
}

Result<> Ledger::remove_names_of(ino_t inode) const {
  const auto names = directory_.names(kAddressesFolder);
  if (!names) return std::unexpected(names.error());
  for (const Directory::Name& name : *names) {
    const std::string file = fmt::format("{}/{}", kAddressesFolder, name.text);
    const auto found = directory_.inode(file);
    if (!found) return std::unexpected(found.error());
    if (*found != inode) continue;
    if (const auto address = IpAddress::parse(name.text)) FreeList::released(directory_, *address);
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

Result<Attachment> Ledger::held(Attachment attachment, const std::string& file) const {
  std::vector<IpAddress> own;
  for (const IpAddress& address : attachment.addresses) {
    const auto same = directory_.same_file(file_of(address), file);
    if (!same) return std::unexpected(same.error());
    if (*same) own.push_back(address);
  }
  attachment.addresses = std::move(own);
  return attachment;
}

Result<Attachment> Ledger::find_held(const AttachmentKey& key) const {
  auto attachment = find(key);
  if (!attachment) return attachment;
  return held(*std::move(attachment), file_of(key));
}

bool is_damage(const Error& error) {
  return error.code == 0 || error.code == EFBIG || error.code == EISDIR || error.code == ELOOP;
}

bool Ledger::has_room(const AddressPool& pool, const std::string& boot_id) const {
  if (FreeList(directory_, pool).next()) return true;
  std::vector<IpAddress> used = used_of(pool);
  if (used.size() < pool.size()) return true;
  used.resize(std::min<std::size_t>(used.size(), kLooksForRoom));
  return std::any_of(used.begin(), used.end(), [&](const IpAddress& address) { return is_stale(address, boot_id); });
}

}  // namespace weft

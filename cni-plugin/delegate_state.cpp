#include "cni-plugin/delegate_state.h"

#include "subnet/ledger/entry_names.h"

#include <cerrno>

namespace weft::cni {

namespace {

std::string file_for(const AttachmentKey& key) { return fmt::format("{}/{}", kDelegatesFolder, name_of(key)); }

}  // namespace

Result<DelegateState> DelegateState::create(const std::string& data_directory) {
  auto directory = Directory::create(data_directory, {kDelegatesFolder});
  if (!directory) return std::unexpected(directory.error());
  return DelegateState(*std::move(directory));
}

Result<std::optional<DelegateState>> DelegateState::open(const std::string& data_directory) {
  auto directory = Directory::open(data_directory);
  if (!directory && directory.error().code == ENOENT) return std::nullopt;
  if (!directory) return std::unexpected(directory.error());
  if (!directory->exists(kDelegatesFolder)) return std::nullopt;
  return DelegateState(*std::move(directory));
}

Result<> DelegateState::save(const AttachmentKey& key, const Json& conf) const {
  const auto lock = directory_.lock();
  if (!lock) return std::unexpected(lock.error());
  return directory_.create_file(file_for(key), to_text(conf));
}

std::optional<Json> DelegateState::find(const AttachmentKey& key) const {
  const auto text = directory_.read(file_for(key), kMaxJsonBytes);
  if (!text) return std::nullopt;
  auto conf = parse_object(*text);
  if (!conf) return std::nullopt;
  return *std::move(conf);
}

Result<> DelegateState::remove(const AttachmentKey& key) const { return directory_.remove(file_for(key)); }

Result<std::vector<AttachmentKey>> DelegateState::list() const {
  const auto names = directory_.names(kDelegatesFolder);
  if (!names) return std::unexpected(names.error());
  std::vector<AttachmentKey> keys;
  for (const auto& [name, inode] : *names) {
    AttachmentKey key = weft::key_of(name);
    if (!key.interface.empty()) keys.push_back(std::move(key));
  }
  return keys;
}

}  // namespace weft::cni

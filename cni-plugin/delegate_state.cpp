#include "cni-plugin/delegate_state.h"

#include <cerrno>

namespace weft::cni {

namespace {

constexpr const char* kChild = "delegates";

// Neither part can hold ':' or '/' (environment.h).
std::string name_of(const AttachmentKey& key) {
  return fmt::format("{}/{}:{}", kChild, key.container_id, key.interface);
}

}  // namespace

Result<DelegateState> DelegateState::create(const std::string& data_directory) {
  auto directory = Directory::create(data_directory, {kChild});
  if (!directory) return std::unexpected(directory.error());
  return DelegateState(*std::move(directory));
}

Result<std::optional<DelegateState>> DelegateState::open(const std::string& data_directory) {
  auto directory = Directory::open(data_directory);
  if (!directory && directory.error().code == ENOENT) return std::nullopt;
  if (!directory) return std::unexpected(directory.error());
  if (!directory->exists(kChild)) return std::nullopt;
  return DelegateState(*std::move(directory));
}

Result<> DelegateState::save(const AttachmentKey& key, const Json& conf) const {
  const auto lock = directory_.lock();
  if (!lock) return std::unexpected(lock.error());
  return directory_.create_file(name_of(key), to_text(conf));
}

std::optional<Json> DelegateState::find(const AttachmentKey& key) const {
  const auto text = directory_.read(name_of(key), kMaxJsonBytes);
  if (!text) return std::nullopt;
  auto conf = parse_object(*text);
  if (!conf) return std::nullopt;
  return *std::move(conf);
}

Result<> DelegateState::remove(const AttachmentKey& key) const { return directory_.remove(name_of(key)); }

Result<std::vector<AttachmentKey>> DelegateState::list() const {
  const auto names = directory_.names(kChild);
  if (!names) return std::unexpected(names.error());
  std::vector<AttachmentKey> keys;
  for (const auto& [name, inode] : *names) {
    const std::size_t colon = name.find(':');
    if (colon != std::string::npos) keys.push_back({name.substr(0, colon), name.substr(colon + 1)});
  }
  return keys;
}

}  // namespace weft::cni

// What the tests of the ledger share.
#pragma once

#include "subnet/ledger/address_pool.h"
#include "subnet/ledger/attachment.h"

#include <filesystem>
#include <set>
#include <string>
#include <string_view>

namespace weft::test {

inline constexpr const char* kThisBoot = "a12c6f20-b34d-4b79-96d0-5475816885e5";

inline AddressPool pool_of(std::string_view subnet) { return AddressPool::of(IpPrefix::parse(subnet).value()).value(); }

inline Attachment attachment(const std::string& id) {
  Attachment attachment;
  attachment.key = {id, "eth0"};
  attachment.network = "weft";
  attachment.host_link = "wp" + id;
  attachment.netns = "4:4026532248";
  attachment.boot_id = kThisBoot;
  return attachment;
}

// Entries below any directory of `root`, named by their last two parts; neither hints nor unfinished files.
inline std::set<std::string> files_below(const std::filesystem::path& root) {
  std::set<std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    const std::string parent = entry.path().parent_path().filename();
    if (entry.is_regular_file() && (parent == "addresses" || parent == "attachments")) {
      files.insert(parent + '/' + entry.path().filename().string());
    }
  }
  return files;
}

}  // namespace weft::test

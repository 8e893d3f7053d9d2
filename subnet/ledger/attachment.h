// One pod interface and the addresses of the node's subnet that it holds: an entry of the ledger.
//
// A plain value, any thread. On disk it is one line of JSON; fields a later version adds are ignored. Its "v" is 2
// where there are port mappings, which a version that knows only 1 would leave in the kernel, else 1.
#pragma once

#include "subnet/ip_address.h"
#include "subnet/ledger/port_mapping.h"
#include "subnet/mac_address.h"
#include "subnet/result.h"

#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weft {

// CNI's name of an attachment. Neither part can hold '/' or ':' (CNI spec 1.1.0, section 2).
struct AttachmentKey {
  std::string container_id;
  std::string interface;  // its name inside the pod

  friend auto operator<=>(const AttachmentKey&, const AttachmentKey&) = default;
};

struct Attachment {
  AttachmentKey key;
  std::string network;    // the CNI network's name
  std::string host_link;  // the host's end of the pod's link; present as long as the pod has a network
  std::string netns;      // "<device>:<inode>" of the pod's network namespace
  std::string boot_id;    // pods do not outlive a boot: an entry of another one is stale
  std::string pod_namespace;
  std::string pod_name;
  // When it was made. The first decides (boot_id.h, time_since_boot()), the second is for people: seconds since 1970.
  std::optional<std::chrono::milliseconds> since_boot;
  std::int64_t created_at = 0;
  std::vector<IpAddress> addresses;
  std::optional<MacAddress> mac;           // of the pod's end, where one was asked for; others follow from the key
  std::vector<PortMapping> port_mappings;  // at most kMaxPortMappings

  friend bool operator==(const Attachment&, const Attachment&) = default;
};

// For people: "container 3f1c (default/web)".
[[nodiscard]] std::string describe_owner(const Attachment& attachment);

inline constexpr std::size_t kMaxPortMappings = 1024;

// An entry is smaller; a larger file is not one of ours.
inline constexpr std::size_t kMaxAttachmentBytes = std::size_t{128} * 1024;

[[nodiscard]] std::string encode(const Attachment& attachment);
[[nodiscard]] Result<Attachment> decode_attachment(std::string_view text);

}  // namespace weft

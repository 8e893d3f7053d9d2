// What became of the pods in the node's ledger, judged by their host links.
//
// Never judged by the pod's network namespace: its path means nothing in the daemon's container. Pure.
#pragma once

#include "daemon/host_links.h"
#include "subnet/ledger/attachment.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace weft {

enum class PodState : std::uint8_t {
  attached,       // entry and link are there
  attaching,      // no link yet: an entry is written before the link exists
  link_gone,      // and will not come: the pod ended and no DEL was heard of it, or its ADD was killed
  earlier_boot,   // no pod outlives a boot
  unreadable,     // the entry's file is damaged or none of ours
  stray_address,  // no entry stands for the address
  no_entry,       // a link of ours that no entry names
};

[[nodiscard]] std::string_view to_string(PodState state);  // "link-gone"

struct PodVerdict {
  PodState state = PodState::attached;
  bool swept = false;  // nothing living needs it: a sweep takes it away
  std::string why;     // for people; empty when there is nothing to say

  friend bool operator==(const PodVerdict&, const PodVerdict&) = default;
};

struct SweepMoment {
  std::string boot_id;
  std::chrono::milliseconds since_boot{};
  // How long an entry may be without a link: the ADD that wrote it may still be at work. Being wrong costs that ADD,
  // which looks at its entry once more when the link is there, never an address.
  std::chrono::milliseconds grace{};
};

// How old the entry is; nullopt when it does not tell, or tells what cannot be.
[[nodiscard]] std::optional<std::chrono::milliseconds> age_of(const Attachment& attachment, const SweepMoment& moment);

[[nodiscard]] PodVerdict judge_entry(const Result<Attachment>& entry, bool link_exists, const SweepMoment& moment);
// `says`: what the address's file holds; `link_exists`: of the attachment it names.
[[nodiscard]] PodVerdict judge_stray(const Result<Attachment>& says, bool link_exists);
// A link that no entry names.
[[nodiscard]] PodVerdict judge_link(const HostLink& link);

}  // namespace weft

#include "daemon/pod_states.h"

#include <fmt/format.h>

namespace weft {

std::string_view to_string(PodState state) {
  switch (state) {
    case PodState::attached:
      return "attached";
    case PodState::attaching:
      return "attaching";
    case PodState::link_gone:
      return "link-gone";
    case PodState::earlier_boot:
      return "earlier-boot";
    case PodState::unreadable:
      return "unreadable";
    case PodState::stray_address:
      return "stray-address";
    case PodState::no_entry:
      return "no-entry";
  }
  return "?";
}

std::optional<std::chrono::milliseconds> age_of(const Attachment& attachment, const SweepMoment& moment) {
  if (!attachment.since_boot || attachment.boot_id != moment.boot_id) return std::nullopt;
  // Of the future: written by somebody in a time namespace of its own.
  if (*attachment.since_boot > moment.since_boot || attachment.since_boot->count() < 0) return std::nullopt;
  return moment.since_boot - *attachment.since_boot;
}

PodVerdict judge_entry(const Result<Attachment>& entry, bool link_exists, const SweepMoment& moment) {
  if (!entry) {
    if (link_exists)
      return {PodState::unreadable, false, "its link is there, DEL will find it: " + entry.error().message};
    return {PodState::unreadable, true, "no link has its name: " + entry.error().message};
  }
  if (link_exists) return {PodState::attached, false, ""};
  if (entry->boot_id != moment.boot_id) return {PodState::earlier_boot, true, "no pod outlives a boot"};
  const auto age = age_of(*entry, moment);
  if (age && *age < moment.grace) {
    return {PodState::attaching, false, fmt::format("ADD has {} s to make the link", moment.grace.count() / 1000)};
  }
  return {PodState::link_gone, true, fmt::format("{} does not exist: no DEL came for this pod", entry->host_link)};
}

PodVerdict judge_stray(const Result<Attachment>& says, bool link_exists) {
  if (!says) return {PodState::stray_address, true, "nobody's: " + says.error().message};
  if (!link_exists) return {PodState::stray_address, true, "nobody's: the pod it names has no link"};
  return {PodState::stray_address, false, "the pod it names has its link, only its entry is missing"};
}

PodVerdict judge_link(const HostLink& link) {
  if (!link.up) return {PodState::no_entry, true, "half made by an ADD that was killed: it was never up"};
  return {PodState::no_entry, false, "a pod may be using it: its entry has been removed by somebody else"};
}

}  // namespace weft

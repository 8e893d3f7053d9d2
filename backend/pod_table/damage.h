// Which elements of the pods' table are not as they should be.
//
// Pure. Any thread.
#pragma once

#include "backend/pod_table/living.h"
#include "backend/pod_table/port_elements.h"

#include <chrono>
#include <span>
#include <vector>

namespace weft::pod_table {

// How long an ADD may take from its entry to its ports: until then what is missing is not missed.
inline constexpr std::chrono::milliseconds kAddTime{1000};

struct Damage {
  std::vector<PortElement> missing;     // of living pods
  std::vector<PortElement> wrong;       // of these, what leads to no living pod now: to be removed first
  std::vector<PortElement> stale;       // of no living pod
  std::vector<const Attachment*> hurt;  // whose elements are missing
  bool too_young = false;               // some are missing that an ADD may be about to add
};

// The elements that there should be: a port belongs to the pod that had it first. `living`, who came first first,
// must outlive them.
[[nodiscard]] std::vector<PortElement> wanted_elements(std::span<const LivingPod> living);

// `present`: what the kernel has, in all sets. `now`: since boot. `living` must outlive the answer.
[[nodiscard]] Damage find_damage(std::span<const LivingPod> living, std::span<const PortElement> present,
                                 std::chrono::milliseconds now);

}  // namespace weft::pod_table

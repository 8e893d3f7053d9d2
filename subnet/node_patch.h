// One PATCH of the own Node's annotations, as values; patch_body.h has its JSON form.
#pragma once

#include "subnet/lease.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace weft {

// What a PATCH does to one annotation.
template <class T>
struct AnnotationChange {
  enum class Kind : std::uint8_t { keep, set, remove };

  Kind kind = Kind::keep;
  T value{};  // when set

  [[nodiscard]] static AnnotationChange to(T value) { return {Kind::set, std::move(value)}; }
  [[nodiscard]] static AnnotationChange removed() { return {Kind::remove, {}}; }
  [[nodiscard]] bool keeps() const { return kind == Kind::keep; }

  friend bool operator==(const AnnotationChange&, const AnnotationChange&) = default;
};

// Guarded by both `revision` (409 when the Node has moved) and `uid` (422 when it is another Node of that name):
// computed from exactly that version, it applies to that version or not at all, however late it arrives.
struct NodePatch {
  Revision revision = 0;
  std::string uid;
  AnnotationChange<Claim> claim;
  AnnotationChange<Lease> lease;
  AnnotationChange<Vtep> vtep;

  [[nodiscard]] bool empty() const { return claim.keeps() && lease.keeps() && vtep.keeps(); }

  friend bool operator==(const NodePatch&, const NodePatch&) = default;
};

}  // namespace weft

#include "subnet/node_resource.h"

#include <algorithm>

namespace weft {
namespace {

constexpr std::size_t kMaxAnnotations = 32;
constexpr std::size_t kMaxAnnotation = 4096;
constexpr std::size_t kMaxPodCidrs = 16;  // Kubernetes allows one a family

enum Field : unsigned { kName, kUid, kVersion, kDeleting, kAnnotation, kSpec, kPodCidr, kPodCidrs };

}  // namespace

NodeResource::NodeResource(std::string_view annotation_prefix)
    : fields_{
          {kName, {"metadata", "name"}, "", 253, false},
          {kUid, {"metadata", "uid"}, "", 128, false},
          {kVersion, {"metadata", "resourceVersion"}, "", 64, false},
          {kDeleting, {"metadata", "deletionTimestamp"}, "", 64, true},
          {kAnnotation, {"metadata", "annotations", "*"}, std::string(annotation_prefix) + "/", kMaxAnnotation, false},
          {kSpec, {"spec"}, "", 0, true},
          {kPodCidr, {"spec", "podCIDR"}, "", 64, false},
          {kPodCidrs, {"spec", "podCIDRs", "[]"}, "", 64, false}} {}

void NodeResource::set(RawNode& node, unsigned id, std::string_view key, std::string_view value) {
  switch (id) {
    case kName:
      node.name = value;
      break;
    case kUid:
      node.uid = value;
      break;
    case kVersion:
      node.resource_version = value;
      break;
    case kDeleting:
      node.deleting = true;
      break;
    case kAnnotation:
      if (node.annotations.size() < kMaxAnnotations) node.annotations.emplace_back(key, value);
      break;
    case kSpec:
      node.has_spec = true;
      break;
    // podCIDR repeats the first of podCIDRs; either may come first.
    case kPodCidr:
    case kPodCidrs:
      if (value.empty() || node.pod_cidrs.size() >= kMaxPodCidrs) break;
      if (std::ranges::find(node.pod_cidrs, value) == node.pod_cidrs.end()) node.pod_cidrs.emplace_back(value);
      break;
    default:
      break;
  }
}

}  // namespace weft

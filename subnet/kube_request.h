// One request to the Kubernetes API as a value: method, target, headers that matter, body.
//
// Plain values; any thread. Targets are built by KubeTarget, which percent-encodes every segment and value
// (RFC 3986); nothing from outside is pasted into a URL.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace weft {

enum class HttpMethod : std::uint8_t { get, patch, post };
[[nodiscard]] std::string_view to_string(HttpMethod method);  // "GET"

inline constexpr std::string_view kMergePatch = "application/merge-patch+json";
inline constexpr std::string_view kStrategicMergePatch = "application/strategic-merge-patch+json";
inline constexpr std::string_view kJson = "application/json";

// Full objects, or PartialObjectMetadata: names, annotations and the like, no spec and no status.
enum class View : std::uint8_t { full, metadata };
[[nodiscard]] std::string_view to_string(View view);  // "full", "metadata"

// The Accept header. Plain JSON stays as a second choice, so that a server that cannot convert still answers.
[[nodiscard]] std::string_view accept_for(View view, bool list);

struct KubeRequest {
  HttpMethod method = HttpMethod::get;
  std::string target;  // "/api/v1/nodes?limit=500"; the server's base path is put in front when it is sent
  std::string accept{kJson};
  std::string content_type;  // of the body; empty without one
  std::string body;

  // The words of RBAC, for messages and metrics: "patch" "nodes/status" of "n1".
  std::string verb;
  std::string resource;
  std::string name;

  [[nodiscard]] std::string what() const;  // "patch nodes/status n1"
};

// "/api/v1/nodes" and its query.
class KubeTarget {
 public:
  explicit KubeTarget(std::string_view path) : text_(path) {}
  KubeTarget& segment(std::string_view name);  // "/" and the encoded name
  KubeTarget& query(std::string_view key, std::string_view value);
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
  bool has_query_ = false;
};

// Quorum read: without a resourceVersion the API server answers from etcd's present state.
[[nodiscard]] KubeRequest get_node(std::string_view name);
// `body` is JSON. Both kinds of patch take metadata.resourceVersion and metadata.uid as preconditions.
[[nodiscard]] KubeRequest patch_node_status(std::string_view name, std::string body,
                                            std::string_view content_type = kStrategicMergePatch);
// Events of a Node live in the namespace "default".
[[nodiscard]] KubeRequest create_event(std::string_view name_space, std::string body);
[[nodiscard]] KubeRequest patch_event(std::string_view name_space, std::string_view name, std::string body);

}  // namespace weft

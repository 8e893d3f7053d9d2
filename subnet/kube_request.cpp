#include "subnet/kube_request.h"

#include <fmt/format.h>

#include <utility>

namespace weft {
namespace {

// RFC 3986 section 2.3: everything but the unreserved characters.
std::string percent_encode(std::string_view text) {
  static constexpr std::string_view kUnreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  std::string encoded;
  for (const char c : text) {
    if (kUnreserved.find(c) != std::string_view::npos) {
      encoded += c;
    } else {
      encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return encoded;
}

KubeRequest write(HttpMethod method, std::string target, std::string body, std::string_view content_type) {
  KubeRequest request;
  request.method = method;
  request.target = std::move(target);
  request.body = std::move(body);
  request.content_type = content_type;
  request.verb = method == HttpMethod::patch ? "patch" : "create";
  return request;
}

}  // namespace

std::string_view to_string(HttpMethod method) {
  switch (method) {
    case HttpMethod::get:
      return "GET";
    case HttpMethod::patch:
      return "PATCH";
    case HttpMethod::post:
      return "POST";
  }
  return "?";
}

std::string_view to_string(View view) { return view == View::full ? "full" : "metadata"; }

std::string_view accept_for(View view, bool list) {
  if (view == View::full) return kJson;
  return list ? "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1, application/json"
              : "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1, application/json";
}

std::string KubeRequest::what() const {
  return name.empty() ? fmt::format("{} {}", verb, resource) : fmt::format("{} {} {}", verb, resource, name);
}

KubeTarget& KubeTarget::segment(std::string_view name) {
  text_ += '/';
  text_ += percent_encode(name);
  return *this;
}

KubeTarget& KubeTarget::query(std::string_view key, std::string_view value) {
  text_ += has_query_ ? '&' : '?';
  text_ += percent_encode(key);
  text_ += '=';
  text_ += percent_encode(value);
  has_query_ = true;
  return *this;
}

KubeRequest get_node(std::string_view name) {
  KubeRequest request;
  request.target = KubeTarget("/api/v1/nodes").segment(name).text();
  request.verb = "get";
  request.resource = "nodes";
  request.name = name;
  return request;
}

KubeRequest patch_node_status(std::string_view name, std::string body, std::string_view content_type) {
  auto target = KubeTarget("/api/v1/nodes").segment(name).segment("status").query("fieldManager", "weftd");
  auto request = write(HttpMethod::patch, target.text(), std::move(body), content_type);
  request.resource = "nodes/status";
  request.name = name;
  return request;
}

KubeRequest create_event(std::string_view name_space, std::string body) {
  auto target = KubeTarget("/api/v1/namespaces").segment(name_space).segment("events").query("fieldManager", "weftd");
  auto request = write(HttpMethod::post, target.text(), std::move(body), kJson);
  request.resource = "events";
  return request;
}

KubeRequest patch_event(std::string_view name_space, std::string_view name, std::string body) {
  auto target = KubeTarget("/api/v1/namespaces").segment(name_space).segment("events").segment(name);
  auto request = write(HttpMethod::patch, target.query("fieldManager", "weftd").text(), std::move(body), kMergePatch);
  request.resource = "events";
  request.name = name;
  return request;
}

}  // namespace weft

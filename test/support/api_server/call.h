// A request to the Kubernetes API, understood: verb, resource, name, options, wanted representation.
#pragma once

#include "test/support/api_server/reply.h"

#include <cstddef>
#include <expected>
#include <map>
#include <string>
#include <string_view>

namespace weft::test {

// As it came over the wire; header names in lower case.
struct HttpRequest {
  std::string method;
  std::string target;
  std::map<std::string, std::string> headers;
  std::string body;
  bool keep_alive = true;

  [[nodiscard]] std::string header(const std::string& name) const;
};

using Query = std::map<std::string, std::string>;
// Splits "path?a=b&c=%20" and decodes it.
[[nodiscard]] std::pair<std::string, Query> split_target(std::string_view target);

struct Call {
  std::string verb;      // get list watch create patch delete
  std::string resource;  // "nodes", "events", or whatever was asked for
  std::string subresource;
  std::string name_space;
  std::string name;
  Query query;
  bool metadata_only = false;  // PartialObjectMetadata was asked for

  // "nodes/status"
  [[nodiscard]] std::string full_resource() const;
  // "nodes/a", "events/default/a"; without a name the prefix of the collection.
  [[nodiscard]] std::string key() const;
  [[nodiscard]] std::string option(const std::string& name) const;
  [[nodiscard]] bool flag(const std::string& name) const;
};

// Refusals: 404 for paths outside /api/v1, 405, 406.
[[nodiscard]] std::expected<Call, Reply> parse_call(const HttpRequest& request);

}  // namespace weft::test

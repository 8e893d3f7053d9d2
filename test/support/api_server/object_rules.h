// What the server does to an object between a client's request and the store: defaults, what a subresource may
// change, and the checks whose failure a client sees. Pure, but for the uid and the time, which are arguments.
//
// After k/k pkg/registry/core/node/strategy.go, apimachinery ValidateObjectMetaUpdate and apiserver
// registry/store.go (the order of the checks).
#pragma once

#include "test/support/api_server/reply.h"

#include <nlohmann/json_fwd.hpp>

#include <expected>
#include <string>
#include <string_view>

namespace weft::test {

// What the rules need to know of a resource.
struct ResourceKind {
  std::string_view resource;  // "nodes"
  std::string_view kind;      // "Node"
  bool namespaced = false;
};
[[nodiscard]] const ResourceKind* find_resource(std::string_view resource);

// The object to store for a create request whose body is `object`, or the refusal.
[[nodiscard]] std::expected<nlohmann::json, Reply> prepare_create(const ResourceKind& kind, nlohmann::json object,
                                                                  std::string_view name_space, std::string uid,
                                                                  std::string now);

// The object to store when `patched` shall replace `existing`. `status` says that the request went to the status
// subresource, which keeps the old spec; the main resource keeps the old status.
[[nodiscard]] std::expected<nlohmann::json, Reply> prepare_update(const ResourceKind& kind,
                                                                  const nlohmann::json& existing,
                                                                  nlohmann::json patched, bool status);

}  // namespace weft::test

#include "test/support/api_server/api.h"

#include "test/support/api_server/object_rules.h"

#include <boost/uuid/random_generator.hpp>
#include <boost/uuid/uuid_io.hpp>
#include <fmt/chrono.h>
#include <nlohmann/json.hpp>

namespace weft::test {

std::string random_uid() {
  static boost::uuids::random_generator generator;
  return boost::uuids::to_string(generator());
}

std::string timestamp() {
  const auto now = std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now());
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", now);
}

Answer Api::handle(const Call& call, const HttpRequest& request) {
  if (find_resource(call.resource) == nullptr) {
    return Reply{404, "404 page not found\n", "text/plain; charset=utf-8", {}};
  }
  if (call.verb == "get") return get(call);
  if (call.verb == "list") return list(call);
  if (call.verb == "watch") return watch(call);
  if (call.verb == "create") return create(call, request.body);
  if (call.verb == "patch") return patch(call, request.header("content-type"), request.body);
  return remove(call, request.body);
}

Reply Api::get(const Call& call) {
  const auto options = parse_list_options(call);
  if (!options) return options.error();
  const auto asked = options->revision.value_or(0);
  if (asked > store.revision()) return too_large_revision(std::to_string(asked), std::to_string(store.revision()));
  auto object = store.find(call.key());
  if (options->revision == 0U && behaviour.stale_revision) {
    const auto old = store.list(call.key(), *behaviour.stale_revision);
    object = !old.empty() && old.front()->key == call.key() ? old.front() : nullptr;
  }
  if (!object) return not_found(call.resource, call.name);
  return {.status = 200, .body = (call.metadata_only ? object->metadata_text : object->text) + "\n"};
}

}  // namespace weft::test

#include "subnet/reflector_request.h"

#include "subnet/reflector_core.h"

#include <string>

namespace weft {
namespace {

KubeRequest read(const ReflectorOptions& options, std::string_view verb, const KubeTarget& target,
                 std::string_view accept) {
  KubeRequest request;
  request.target = target.text();
  request.accept = accept;
  request.verb = verb;
  request.resource = options.resource;
  return request;
}

KubeTarget watch_target(const ReflectorOptions& options, std::chrono::seconds timeout) {
  KubeTarget target(options.path);
  target.query("watch", "true").query("allowWatchBookmarks", "true");
  target.query("timeoutSeconds", std::to_string(timeout.count()));
  return target;
}

}  // namespace

KubeRequest list_request(const ReflectorOptions& options, View view, std::string_view continue_token) {
  KubeTarget target(options.path);
  target.query("limit", std::to_string(options.page_limit));
  if (!continue_token.empty()) target.query("continue", continue_token);
  return read(options, "list", target, accept_for(view, true));
}

KubeRequest watch_request(const ReflectorOptions& options, View view, std::string_view revision,
                          std::chrono::seconds timeout) {
  auto target = watch_target(options, timeout);
  target.query("resourceVersion", revision);
  return read(options, "watch", target, accept_for(view, false));
}

KubeRequest watch_list_request(const ReflectorOptions& options, View view, std::chrono::seconds timeout) {
  auto target = watch_target(options, timeout);
  target.query("sendInitialEvents", "true").query("resourceVersionMatch", "NotOlderThan");
  return read(options, "watch", target, accept_for(view, false));
}

}  // namespace weft

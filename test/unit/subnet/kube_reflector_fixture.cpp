#include "test/unit/subnet/kube_reflector_fixture.h"

#include <utility>

namespace weft {
namespace {

struct Describe {
  std::string operator()(const ListBegin& event) const { return fmt::format("begin {}", to_string(event.view)); }
  std::string operator()(const Item<std::string>& event) const { return "item " + event.object; }
  std::string operator()(const ListEnd& event) const {
    return fmt::format("end {} {}{}", event.revision, event.how == ListHow::watch_list ? "watch" : "pages",
                       event.went_back ? " back" : "");
  }
  std::string operator()(const Upsert<std::string>& event) const { return "upsert " + event.object; }
  std::string operator()(const Deleted<std::string>& event) const { return "deleted " + event.object; }
  std::string operator()(const Bookmark& event) const { return fmt::format("bookmark {}", event.revision); }
  std::string operator()(const StreamBroken&) const { return "broken"; }
};

}  // namespace

void KubeReflectorTest::make(ReflectorOptions options) {
  options.path = "/api/v1/things";
  options.resource = "things";
  stream.reset();
  reflector.emplace(std::move(options), [this] { return random(); });
}

std::vector<std::string> KubeReflectorTest::step(Thing::Input input) {
  if (std::holds_alternative<StreamEnded>(input) && std::get<StreamEnded>(input).id == last_id) stream.reset();
  Lines lines;
  for (auto& action : reflector->step(std::move(input), now)) {
    if (auto* open = std::get_if<OpenStream>(&action)) {
      EXPECT_FALSE(stream) << "two streams at once";
      stream = std::move(*open);
      last_id = stream->id;
      ++opens;
    } else if (auto* close = std::get_if<CloseStream>(&action)) {
      EXPECT_TRUE(stream && stream->id == close->id);
      stream.reset();
    } else {
      lines.push_back(std::visit(Describe{}, std::get<ReflectorEvent<std::string>>(action)));
    }
  }
  return lines;
}

std::vector<std::string> KubeReflectorTest::wake() {
  now = std::max(now, reflector->wake_at());
  return tick();
}

KubeReflectorTest::Event KubeReflectorTest::object(EventType type, std::string name, std::string revision) {
  Event event;
  event.head.type = type;
  event.head.resource_version = std::move(revision);
  event.object = std::move(name);
  return event;
}
KubeReflectorTest::Event KubeReflectorTest::list_end(std::string revision, std::string continue_token) {
  auto event = object(EventType::list_end, "", std::move(revision));
  event.head.continue_token = std::move(continue_token);
  return event;
}
KubeReflectorTest::Event KubeReflectorTest::bookmark(std::string revision, bool initial_events_end) {
  auto event = object(EventType::bookmark, "", std::move(revision));
  event.head.initial_events_end = initial_events_end;
  return event;
}
KubeReflectorTest::Event KubeReflectorTest::error(int code, std::string reason) {
  Event event;
  event.head.type = EventType::error;
  event.head.code = code;
  event.head.reason = std::move(reason);
  return event;
}
ApiError KubeReflectorTest::http(int status, std::string reason, int retry_after) {
  ApiError error{ApiErrorKind::http, status, std::move(reason), "HTTP " + std::to_string(status), std::nullopt};
  if (retry_after > 0) error.retry_after = std::chrono::seconds(retry_after);
  return error;
}
ApiError KubeReflectorTest::refused() {
  return {ApiErrorKind::not_connected, 0, "", "connection refused", std::nullopt};
}

void KubeReflectorTest::reach_watch() {
  ReflectorOptions options;
  options.watch_list = false;
  make(options);
  tick();
  opened();
  received({object(EventType::item, "a", "5"), list_end("10")});
  ASSERT_EQ(ended(), (Lines{"end 10 pages"}));
  ASSERT_EQ(query("resourceVersion"), "10");
  opened();
}

std::string KubeReflectorTest::query(std::string_view key) const {
  const auto text = target();
  const auto found = text.find(std::string(key) + "=");
  if (found == std::string::npos) return "";
  const auto value = text.substr(found + key.size() + 1);
  return value.substr(0, value.find('&'));
}

}  // namespace weft

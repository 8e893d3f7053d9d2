#include "subnet/node_readiness.h"

#include "subnet/rfc3339.h"
#include "subnet/watch_decoder.h"

#include <gtest/gtest.h>

namespace weft {
namespace {

std::chrono::sys_seconds time_of(const char* text) { return parse_rfc3339(text).value(); }

NodeReadiness node(std::string name, std::string status, std::string since) {
  return {.name = std::move(name), .ready = {"Ready", std::move(status), std::move(since)}};
}

LeaseSet holders(std::initializer_list<const char*> names) {
  LeaseSet set;
  set.begin_list();
  for (const char* name : names) {
    NodeRecord record{.name = name, .uid = name};
    record.lease = Lease{.uid = name, .subnets = {.v4 = IpPrefix::parse("10.244.7.0/24").value()}};
    set.upsert(record);
  }
  set.upsert({.name = "bare", .uid = "bare"});
  set.end_list(1);
  return set;
}

TEST(NodeReadiness, TheReadyConditionIsCutOutWhateverTheOrder) {
  const NodeReadinessResource resource;
  WatchDecoder<NodeReadinessResource> decoder(Framing::object, resource);
  const auto events = decoder.feed(
      R"({"metadata":{"name":"n1","resourceVersion":"7"},"status":{"conditions":[
        {"type":"MemoryPressure","status":"True","lastTransitionTime":"2026-01-01T00:00:00Z"},
        {"lastTransitionTime":"2026-01-02T03:04:05Z","status":"Unknown","type":"Ready","reason":"NodeStatusUnknown"},
        {"status":"False","type":"NetworkUnavailable"}],"images":[{"names":["a"]}]}})");
  ASSERT_TRUE(events) << events.error().message;
  ASSERT_EQ(events->size(), 1U);
  EXPECT_EQ(events->front().object.name, "n1");
  EXPECT_EQ(events->front().object.ready, (NodeReadiness::Condition{"Ready", "Unknown", "2026-01-02T03:04:05Z"}));
}

TEST(NodeReadiness, WhoIsSilentForLongAndHoldsSomethingIsNamed) {
  const std::vector<NodeReadiness> nodes{node("ready", "True", "2026-01-01T00:00:00Z"),
                                         node("short", "False", "2026-01-03T03:00:00Z"),
                                         node("long", "Unknown", "2026-01-02T01:04:05Z"),
                                         node("longest", "False", "2025-12-24T00:00:00Z"),
                                         node("bare", "False", "2025-12-24T00:00:00Z"),
                                         node("gone", "False", "2025-12-24T00:00:00Z"),
                                         node("self", "False", "2025-12-24T00:00:00Z"),
                                         {.name = "young"},
                                         node("odd", "False", "yesterday")};
  const LeaseSet held = holders({"ready", "short", "long", "longest", "self", "young", "odd"});
  EXPECT_EQ(describe_silent_holders(nodes, held, "self", time_of("2026-01-03T03:04:05Z")),
            "longest (10.244.7.0/24, 10 d), long (10.244.7.0/24, 26 h)");
  EXPECT_EQ(describe_silent_holders({}, held, "self", time_of("2026-01-03T03:04:05Z")), "");
}

TEST(NodeReadiness, FiveAtMostByName) {
  std::vector<NodeReadiness> nodes;
  for (const char* name : {"a", "b", "c", "d", "e", "f", "g"})
    nodes.push_back(node(name, "False", "2026-01-01T00:00:00Z"));
  const std::string text = describe_silent_holders(nodes, holders({"a", "b", "c", "d", "e", "f", "g"}), "self",
                                                   time_of("2026-01-01T01:30:00Z"));
  EXPECT_TRUE(text.starts_with("a (10.244.7.0/24, 90 min), b ")) << text;
  EXPECT_TRUE(text.ends_with(") and 2 more")) << text;
}

}  // namespace
}  // namespace weft

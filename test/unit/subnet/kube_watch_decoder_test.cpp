#include "subnet/node_resource.h"
#include "subnet/watch_decoder.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

namespace weft {
namespace {

using Decoder = WatchDecoder<NodeResource>;
using Events = std::vector<Decoder::Event>;

const NodeResource kNodes("weft.network");

Result<Events> decode(Framing framing, std::string_view text, std::size_t chunk = std::string_view::npos) {
  Decoder decoder(framing, kNodes);
  Events all;
  while (!text.empty()) {
    const auto piece = text.substr(0, chunk);
    auto events = decoder.feed(piece);
    if (!events) return std::unexpected(events.error());
    for (auto& event : *events) all.push_back(std::move(event));
    text.remove_prefix(piece.size());
  }
  if (auto whole = decoder.finish(); !whole) return std::unexpected(whole.error());
  return all;
}

const std::string kNode1 = R"({"kind":"Node","metadata":{"name":"n1","uid":"u-1","resourceVersion":"101",
  "labels":{"weft.network/lease":"not an annotation"},
  "annotations":{"other/x":"[1,2]","weft.network/lease":"{\"v\":1,\"v4\":\"10.244.7.0\/24\"}","weft.network.evil/y":"n"},
  "managedFields":[{"fieldsV1":{"f:metadata":{"f:annotations":{".":{},"f:weft.network/lease":{}}}}}]},
  "spec":{"podCIDR":"10.244.7.0/24","podCIDRs":["10.244.7.0/24","fd00::/64"],"taints":[{"key":"podCIDR"}]},
  "status":{"images":[{"names":["a","b"],"sizeBytes":12345678901}],"metadata":{"name":"wrong"}}})";
const std::string kNode2 = R"({"metadata":{"name":"n\u00e9-2","uid":"u-2","resourceVersion":"99",
  "deletionTimestamp":"2026-01-01T00:00:00Z"}})";
const std::string kBookmark = R"({"type":"BOOKMARK","object":{"kind":"Node","apiVersion":"v1","metadata":
  {"resourceVersion":"200","creationTimestamp":null,"annotations":{"k8s.io/initial-events-end":"true"}}}})";
const std::string kExpired = R"j({"type":"ERROR","object":{"kind":"Status","apiVersion":"v1","metadata":{},
  "status":"Failure","message":"too old resource version: 1 (2)","reason":"Expired","code":410,
  "details":{"retryAfterSeconds":3}}})j";

std::string list(const std::string& items) {
  return R"({"kind":"NodeList","apiVersion":"v1","metadata":{"resourceVersion":"120","continue":"abc"},"items":[)" +
         items + "]}\n";
}
std::string event(const std::string& type, const std::string& object) {
  return R"({"type":")" + type + R"(","object":)" + object + "}";
}

TEST(KubeWatchDecoder, ListGivesItemsThenItsEnd) {
  const auto events = decode(Framing::list, list(kNode1 + "," + kNode2));
  ASSERT_TRUE(events) << events.error().message;
  ASSERT_EQ(events->size(), 3U);
  const RawNode& first = events->at(0).object;
  EXPECT_EQ(first.name, "n1");
  EXPECT_EQ(first.uid, "u-1");
  EXPECT_EQ(first.resource_version, "101");
  EXPECT_FALSE(first.deleting);
  EXPECT_TRUE(first.has_spec);
  EXPECT_EQ(first.pod_cidrs, (std::vector<std::string>{"10.244.7.0/24", "fd00::/64"}));
  ASSERT_EQ(first.annotations.size(), 1U);
  EXPECT_EQ(first.annotations[0].first, "weft.network/lease");
  EXPECT_EQ(first.annotations[0].second, R"({"v":1,"v4":"10.244.7.0/24"})");
  const RawNode& second = events->at(1).object;
  EXPECT_EQ(second.name, "n\u00e9-2");
  EXPECT_TRUE(second.deleting);
  EXPECT_FALSE(second.has_spec);
  EXPECT_EQ(events->at(2).head.type, EventType::list_end);
  EXPECT_EQ(events->at(2).head.resource_version, "120");
  EXPECT_EQ(events->at(2).head.continue_token, "abc");
}

TEST(KubeWatchDecoder, EmptyListIsAList) {
  EXPECT_EQ(decode(Framing::list, list(""))->size(), 1U);
  EXPECT_TRUE(decode(Framing::list, R"({"kind":"NodeList","metadata":{"resourceVersion":"1"},"items":null})"));
}

TEST(KubeWatchDecoder, WhatIsNoListNeverLooksLikeAnEmptyOne) {
  for (const auto* text :
       {"{}", R"({"kind":"Status","metadata":{},"code":200})", R"({"kind":"NodeList","items":[]})",
        R"({"kind":"Status","metadata":{"resourceVersion":"5"},"items":[]})",
        R"({"kind":"NodeList","metadata":{"resourceVersion":"1"},"items":[{"metadata":{"name":"n"}}]})", "[]", "null",
        "3", "\"x\"", ""}) {
    EXPECT_FALSE(decode(Framing::list, text)) << text;
  }
}

TEST(KubeWatchDecoder, WatchEventsWithAndWithoutNewLines) {
  for (const std::string between : {"", "\n", " \r\n\n"}) {
    const auto events =
        decode(Framing::watch, event("ADDED", kNode1) + between + event("MODIFIED", kNode1) + between +
                                   event("DELETED", kNode2) + between + kBookmark + between + kExpired + between);
    ASSERT_TRUE(events) << events.error().message;
    ASSERT_EQ(events->size(), 5U);
    EXPECT_EQ(events->at(0).head.type, EventType::added);
    EXPECT_EQ(events->at(0).head.resource_version, "101");
    EXPECT_EQ(events->at(1).head.type, EventType::modified);
    EXPECT_EQ(events->at(1).object, events->at(0).object);
    EXPECT_EQ(events->at(2).head.type, EventType::deleted);
    EXPECT_EQ(events->at(3).head.type, EventType::bookmark);
    EXPECT_TRUE(events->at(3).head.initial_events_end);
    EXPECT_EQ(events->at(3).head.resource_version, "200");
    EXPECT_EQ(events->at(4).head.type, EventType::error);
    EXPECT_EQ(events->at(4).head.code, 410);
    EXPECT_EQ(events->at(4).head.reason, "Expired");
    EXPECT_EQ(events->at(4).head.retry_after, 3);
  }
}

TEST(KubeWatchDecoder, TheObjectMayComeBeforeItsType) {
  const auto events = decode(Framing::watch, R"({"object":)" + kNode1 + R"(,"type":"ADDED"})");
  ASSERT_TRUE(events);
  EXPECT_EQ(events->at(0).head.type, EventType::added);
}

TEST(KubeWatchDecoder, AnEventIsThereAsSoonAsItsLastByteIs) {
  Decoder decoder(Framing::watch, kNodes);
  const auto text = event("ADDED", kNode1);
  EXPECT_TRUE(decoder.feed(text.substr(0, text.size() - 1))->empty());
  EXPECT_EQ(decoder.feed("}")->size(), 1U);
  EXPECT_TRUE(decoder.finish());
  EXPECT_TRUE(decoder.feed("\n")->empty());
  EXPECT_TRUE(decoder.finish());
}

RC_GTEST_PROP(KubeWatchDecoder, AnyCutGivesTheSameEvents, ()) {
  const std::string text = event("ADDED", kNode1) + "\n" + event("DELETED", kNode2) + kBookmark + "\n" + kExpired;
  const auto whole = decode(Framing::watch, text);
  Decoder decoder(Framing::watch, kNodes);
  Events all;
  std::size_t at = 0;
  while (at < text.size()) {
    const auto size = *rc::gen::inRange<std::size_t>(1, 60);
    auto events = decoder.feed(std::string_view(text).substr(at, size));
    RC_ASSERT(events.has_value());
    for (auto& one : *events) all.push_back(std::move(one));
    at += size;
  }
  RC_ASSERT(all == *whole);
}

TEST(KubeWatchDecoder, ByteByByteIsTheSameList) {
  const auto text = list(kNode1 + "," + kNode2);
  EXPECT_EQ(*decode(Framing::list, text, 1), *decode(Framing::list, text));
}

TEST(KubeWatchDecoder, ABodyCutShortIsAnError) {
  const auto text = list(kNode1);
  for (std::size_t size = 0; size + 2 < text.size(); ++size) {
    EXPECT_FALSE(decode(Framing::list, std::string_view(text).substr(0, size))) << size;
  }
}

TEST(KubeWatchDecoder, BrokenStreamsAreRefused) {
  EXPECT_FALSE(decode(Framing::watch, "<html>502</html>"));
  EXPECT_FALSE(decode(Framing::watch, event("PATCHED", kNode1)));
  EXPECT_FALSE(decode(Framing::watch, R"({"object":)" + kNode1 + "}"));
  EXPECT_FALSE(decode(Framing::watch, event("ADDED", R"({"metadata":{"name":"x"}})")));
  EXPECT_FALSE(decode(Framing::object, kNode1 + kNode2));
}

TEST(KubeWatchDecoder, LongValuesAreCutAndTheRestGoesOn) {
  const std::string huge(200'000, 'x');
  const auto events =
      decode(Framing::watch,
             event("ADDED", R"({"metadata":{"name":"n1","resourceVersion":"1","annotations":{"weft.network/lease":")" +
                                huge + R"("}}})") +
                 event("ADDED", kNode2),
             1000);
  ASSERT_TRUE(events);
  ASSERT_EQ(events->size(), 2U);
  EXPECT_TRUE(events->at(0).head.cut);
  EXPECT_EQ(events->at(0).object.annotations[0].second.size(), 4096U);
  EXPECT_FALSE(events->at(1).head.cut);
}

TEST(KubeWatchDecoder, ManyAnnotationsAreLimited) {
  std::string annotations;
  for (int i = 0; i < 5000; ++i) annotations += R"("weft.network/a)" + std::to_string(i) + R"(":"x",)";
  const auto events = decode(Framing::object, R"({"metadata":{"name":"n1","annotations":{)" + annotations +
                                                  R"("z":"y"},"resourceVersion":"1"}})");
  ASSERT_TRUE(events);
  EXPECT_LE(events->at(0).object.annotations.size(), 32U);
}

TEST(KubeWatchDecoder, HugeKeysAreNotKept) {
  const auto node = [](std::size_t size) {
    return R"({"metadata":{"name":"n1","annotations":{"weft.network/)" + std::string(size, 'k') +
           R"(":"x","weft.network/a":"y"},"resourceVersion":"1"}})";
  };
  for (const std::size_t chunk : {std::size_t{100}, std::string::npos}) {
    EXPECT_EQ(decode(Framing::object, node(300), chunk)->at(0).object.annotations.size(), 2U);
    const auto events = decode(Framing::object, node(200'000), chunk);
    ASSERT_TRUE(events) << events.error().message;
    ASSERT_EQ(events->at(0).object.annotations.size(), 1U);
    EXPECT_EQ(events->at(0).object.annotations[0].first, "weft.network/a");
  }
}

TEST(KubeWatchDecoder, ManyPodCidrsAreLimited) {
  std::string blocks;
  for (int i = 0; i < 5000; ++i) blocks += fmt::format("{}\"10.{}.{}.0/24\"", i == 0 ? "" : ",", i / 256, i % 256);
  const auto events = decode(
      Framing::object, R"({"metadata":{"name":"n1","resourceVersion":"1"},"spec":{"podCIDRs":[)" + blocks + "]}}");
  ASSERT_TRUE(events);
  EXPECT_EQ(events->at(0).object.pod_cidrs.size(), 16U);
}

TEST(KubeWatchDecoder, NestingAndSizeHaveLimits) {
  const auto nested = [](std::size_t depth) {
    return decode(Framing::watch, event("ADDED", R"({"metadata":{"name":"n1","resourceVersion":"1"},"x":)" +
                                                     std::string(depth, '[') + std::string(depth, ']') + "}"));
  };
  EXPECT_TRUE(nested(100));
  const auto deep = nested(200);
  ASSERT_FALSE(deep);
  EXPECT_NE(deep.error().message.find("deeper than 128"), std::string::npos) << deep.error().message;
  const std::string big = R"({"type":"ADDED","object":{"a":")" + std::string(9'000'000, 'x') + R"("}})";
  const auto refused = decode(Framing::watch, big);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("8388608"), std::string::npos) << refused.error().message;
}

}  // namespace
}  // namespace weft

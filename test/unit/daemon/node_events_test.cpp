#include "daemon/node_events.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace weft {
namespace {

using namespace std::chrono_literals;
const NodeEventLimit::TimePoint kStart{std::chrono::hours(1)};

TEST(NodeEvents, TheBodyIsACoreV1Event) {
  const auto body = nlohmann::json::parse(
      node_event_body({"SubnetLeased", "10.244.7.0/24", false},
                      {.node = "n1", .uid = "u1", .time = "2026-01-31T12:00:00Z", .nonce = 0xabc}));
  EXPECT_EQ(body.at("metadata").at("name"), "n1.0000000000000abc");
  EXPECT_EQ(body.at("metadata").at("namespace"), "default");
  EXPECT_EQ(body.at("involvedObject").at("kind"), "Node");
  EXPECT_EQ(body.at("involvedObject").at("uid"), "u1");
  EXPECT_EQ(body.at("type"), "Normal");
  EXPECT_EQ(body.at("reason"), "SubnetLeased");
  EXPECT_EQ(body.at("firstTimestamp"), "2026-01-31T12:00:00Z");
}

TEST(NodeEvents, LongAndBrokenMessagesAreCut) {
  const std::string body =
      node_event_body({"PeerRejected", std::string(5000, 'x') + "\xff", true}, {.node = "n1", .uid = "", .time = ""});
  const auto parsed = nlohmann::json::parse(body);
  EXPECT_EQ(parsed.at("message").get<std::string>().size(), 1024U);
  EXPECT_EQ(parsed.at("type"), "Warning");
  EXPECT_EQ(parsed.at("involvedObject").at("uid"), "n1");
}

TEST(NodeEventLimit, FiveAtOnceThenOneAMinute) {
  NodeEventLimit limit;
  int posted = 0;
  for (int i = 0; i < 20; ++i) posted += limit.admit({"R", std::to_string(i), false}, kStart) ? 1 : 0;
  EXPECT_EQ(posted, 5);
  EXPECT_FALSE(limit.admit({"R", "a", false}, kStart + 30s));
  EXPECT_TRUE(limit.admit({"R", "b", false}, kStart + 61s));
  EXPECT_FALSE(limit.admit({"R", "c", false}, kStart + 62s));
}

TEST(NodeEventLimit, TheSameIsNotRepeatedForTenMinutes) {
  NodeEventLimit limit;
  EXPECT_TRUE(limit.admit({"R", "m", false}, kStart));
  EXPECT_FALSE(limit.admit({"R", "m", false}, kStart + 9min));
  EXPECT_TRUE(limit.admit({"R", "m", false}, kStart + 11min));
}

TEST(Rfc3339, Utc) {
  EXPECT_EQ(rfc3339(std::chrono::system_clock::time_point(std::chrono::seconds(1'795'580'891))),
            "2026-11-25T04:28:11Z");
}

}  // namespace
}  // namespace weft

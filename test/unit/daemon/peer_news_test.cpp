#include "daemon/peer_news.h"

#include <gtest/gtest.h>

namespace weft {
namespace {

PeerVerdict routed(const char* node) { return {.node = node, .routed = true}; }
PeerVerdict rejected(const char* node, const char* reason) { return {.node = node, .reason = reason}; }

TEST(PeerNews, ARejectionIsNewsOnce) {
  PeerNews news;
  EXPECT_EQ(news.compare({rejected("a", "bad-mac")}, {}).rejected.size(), 1U);
  EXPECT_TRUE(news.compare({rejected("a", "bad-mac")}, {}).rejected.empty());
  EXPECT_EQ(news.compare({rejected("a", "own-subnet")}, {}).rejected.size(), 1U);
  EXPECT_EQ(news.compare({routed("a")}, {}).accepted, std::vector<std::string>{"a"});
  EXPECT_TRUE(news.compare({routed("a")}, {}).accepted.empty());
}

TEST(PeerNews, APeerThatHasNoVtepYetIsNoNews) {
  PeerNews news;
  EXPECT_TRUE(news.compare({rejected("a", "no-vtep")}, {}).rejected.empty());
  EXPECT_TRUE(news.compare({routed("a")}, {}).accepted.empty());
}

TEST(PeerNews, AConflictIsNewsOnceAndAgainAfterItWasGone) {
  PeerNews news;
  const RouteConflict conflict{.node = "a", .subnet = {}, .route = {}};
  EXPECT_EQ(news.compare({}, {conflict}).conflicts.size(), 1U);
  EXPECT_TRUE(news.compare({}, {conflict}).conflicts.empty());
  EXPECT_TRUE(news.compare({}, {}).conflicts.empty());
  EXPECT_EQ(news.compare({}, {conflict}).conflicts.size(), 1U);
}

}  // namespace
}  // namespace weft

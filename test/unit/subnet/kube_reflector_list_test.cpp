#include "test/unit/subnet/kube_reflector_fixture.h"

namespace weft {
namespace {

using namespace std::chrono_literals;
using enum EventType;

TEST_F(KubeReflectorTest, WatchListBringsTheListAndGoesOnAsTheWatch) {
  EXPECT_TRUE(tick().empty());
  EXPECT_EQ(query("sendInitialEvents"), "true");
  EXPECT_EQ(query("resourceVersionMatch"), "NotOlderThan");
  EXPECT_EQ(query("allowWatchBookmarks"), "true");
  EXPECT_EQ(query("resourceVersion"), "");
  EXPECT_EQ(stream->framing, Framing::watch);
  EXPECT_EQ(opened(), Lines{"begin full"});
  EXPECT_EQ(received({object(added, "b", "9"), object(added, "a", "5"), object(deleted, "b", "11")}),
            (Lines{"item b", "item a", "deleted b"}));
  EXPECT_TRUE(received({bookmark("12")}).empty());
  EXPECT_EQ(received({bookmark("12", true), object(modified, "a", "13")}), (Lines{"end 12 watch", "upsert a"}));
  EXPECT_EQ(reflector->status().revision, 13U);
  EXPECT_EQ(opens, 1U);
}

TEST_F(KubeReflectorTest, AServerWithoutWatchListIsListedAtOnce) {
  tick();
  EXPECT_TRUE(failed(http(422, "Invalid")).empty());
  EXPECT_EQ(target(), "/api/v1/things?limit=500");
  EXPECT_EQ(stream->framing, Framing::list);
}

// Another server of the same cluster may have it: an upgrade goes through them one by one.
TEST_F(KubeReflectorTest, EveryLaterListTriesWatchListFirst) {
  tick();
  failed(http(422, "Invalid"));
  opened();
  received({list_end("10")});
  ended();
  opened();
  EXPECT_EQ(failed(http(410, "Expired")), Lines{"broken"});
  EXPECT_EQ(query("sendInitialEvents"), "true");
  failed(http(422, "Invalid"));
  EXPECT_EQ(stream->framing, Framing::list);
  step(Relist{});
  EXPECT_EQ(query("sendInitialEvents"), "true");
}

TEST_F(KubeReflectorTest, AWatchListThatBreaksHalfWayIsListedAfterAWait) {
  tick();
  opened();
  received({object(added, "a", "5")});
  EXPECT_EQ(ended(), Lines{"broken"});
  EXPECT_FALSE(stream);
  wake();
  EXPECT_EQ(stream->framing, Framing::list);
}

TEST_F(KubeReflectorTest, AWatchListThatNeverEndsIsGivenUp) {
  tick();
  opened();
  for (int i = 0; i < 29; ++i) {
    pass(10s);
    received({object(added, "a", std::to_string(i + 1))});
    EXPECT_TRUE(tick().empty());
  }
  pass(10s);
  EXPECT_EQ(tick(), Lines{"broken"}) << "five minutes";
  wake();
  ASSERT_TRUE(stream);
  EXPECT_EQ(stream->framing, Framing::list);
}

TEST_F(KubeReflectorTest, NobodyAnsweringLeavesWatchListAsTheNextTry) {
  tick();
  EXPECT_EQ(failed(refused()), Lines{"broken"});
  wake();
  EXPECT_EQ(query("sendInitialEvents"), "true");
}

TEST_F(KubeReflectorTest, PagesAreFollowedWithTheirTokenAndGiveOneList) {
  make([] {
    ReflectorOptions options;
    options.watch_list = false;
    return options;
  }());
  tick();
  EXPECT_EQ(opened(), Lines{"begin full"});
  EXPECT_EQ(received({object(item, "a", "1"), list_end("10", "t/1")}), Lines{"item a"});
  EXPECT_TRUE(ended().empty());
  EXPECT_EQ(query("continue"), "t%2F1");
  EXPECT_TRUE(opened().empty());
  EXPECT_EQ(received({object(item, "b", "2"), list_end("10")}), Lines{"item b"});
  EXPECT_EQ(ended(), Lines{"end 10 pages"});
  EXPECT_EQ(query("resourceVersion"), "10");
  EXPECT_EQ(query("sendInitialEvents"), "");
  EXPECT_EQ(query("continue"), "");
}

TEST_F(KubeReflectorTest, PagesOfTwoRevisionsStartTheListAgain) {
  tick();
  failed(http(400, "BadRequest"));
  opened();
  received({list_end("10", "t")});
  ended();
  opened();
  EXPECT_EQ(received({object(item, "b", "2"), list_end("11")}), (Lines{"item b", "broken"}));
  wake();
  EXPECT_EQ(target(), "/api/v1/things?limit=500");
  EXPECT_EQ(opened(), Lines{"begin full"});
}

TEST_F(KubeReflectorTest, AnExpiredTokenStartsTheListAgainAtOnceAndThenSlower) {
  tick();
  failed(http(400, "BadRequest"));
  opened();
  received({list_end("10", "t")});
  ended();
  EXPECT_EQ(failed(http(410, "Expired")), Lines{"broken"});
  EXPECT_EQ(target(), "/api/v1/things?limit=500");
  opened();
  received({list_end("10", "t")});
  ended();
  EXPECT_EQ(failed(http(410, "Expired")), Lines{"broken"});
  EXPECT_FALSE(stream);
  EXPECT_GE(until_wake(), 400ms);
}

TEST_F(KubeReflectorTest, AListThatStandsStillIsBroken) {
  tick();
  failed(http(400, "BadRequest"));
  opened();
  pass(29s);
  EXPECT_TRUE(tick().empty());
  received({object(item, "a", "1")});
  pass(31s);
  EXPECT_EQ(tick(), Lines{"broken"});
  EXPECT_FALSE(stream);
}

TEST_F(KubeReflectorTest, AListEndIsNeededBeforeTheStreamEnds) {
  tick();
  failed(http(400, "BadRequest"));
  opened();
  received({object(item, "a", "1")});
  EXPECT_EQ(ended(), Lines{"broken"});
}

TEST_F(KubeReflectorTest, AListOlderThanWhatWasSeenIsSaidToBe) {
  reach_watch();
  received({object(added, "b", "20")});
  step(Relist{});
  opened();
  received({list_end("15")});
  EXPECT_EQ(ended(), Lines{"end 15 pages back"});
  opened();
  EXPECT_EQ(received({object(added, "c", "16")}), Lines{"upsert c"});
}

TEST_F(KubeReflectorTest, ARelistIsMadeWhenAskedForAndTheWatchGoesOnUntilThen) {
  reach_watch();
  EXPECT_TRUE(step(Relist{30s}).empty());
  pass(29s);
  EXPECT_TRUE(tick().empty());
  EXPECT_EQ(received({object(added, "b", "11")}), Lines{"upsert b"});
  EXPECT_LE(until_wake(), 1s);
  pass(1s);
  tick();
  EXPECT_EQ(stream->framing, Framing::list);
  EXPECT_EQ(opened(), Lines{"begin full"});
}

TEST_F(KubeReflectorTest, ARelistDuringAListStartsItAgain) {
  tick();
  opened();
  const auto before = id();
  step(Relist{});
  EXPECT_NE(id(), before);
  EXPECT_TRUE(step(StreamReceived<std::string>{before, {bookmark("12", true)}}).empty());
}

TEST_F(KubeReflectorTest, ARelistWaitsWhereTheServerAskedForPatience) {
  reach_watch();
  failed(http(429, "", 20));
  step(Relist{});
  EXPECT_FALSE(stream);
  EXPECT_GE(until_wake(), 20s);
  wake();
  EXPECT_EQ(stream->framing, Framing::list);
}

}  // namespace
}  // namespace weft

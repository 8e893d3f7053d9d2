#include "test/unit/subnet/kube_reflector_fixture.h"

#include <set>

namespace weft {
namespace {

using namespace std::chrono_literals;
using enum EventType;

TEST_F(KubeReflectorTest, EventsAndBookmarksMoveTheRevisionOn) {
  reach_watch();
  EXPECT_EQ(received({object(added, "b", "11"), object(deleted, "b", "12"), bookmark("30")}),
            (Lines{"upsert b", "deleted b", "bookmark 30"}));
  EXPECT_TRUE(ended().empty());
  EXPECT_EQ(query("resourceVersion"), "30");
}

TEST_F(KubeReflectorTest, AWatchThatEndsByItsTimeoutGoesOnAtOnce) {
  reach_watch();
  pass(400s);
  EXPECT_TRUE(ended().empty());
  ASSERT_TRUE(stream);
  EXPECT_EQ(query("resourceVersion"), "10");
}

TEST_F(KubeReflectorTest, ABrokenWatchGoesOnAtItsRevisionWithoutAList) {
  reach_watch();
  received({object(added, "b", "11")});
  EXPECT_EQ(failed({ApiErrorKind::broken, 0, "", "reset", std::nullopt}), Lines{"broken"});
  EXPECT_FALSE(stream);
  EXPECT_FALSE(reflector->status().connected);
  EXPECT_EQ(reflector->status().last_error, "reset");
  wake();
  EXPECT_EQ(query("resourceVersion"), "11");
  EXPECT_TRUE(opened().empty());
  EXPECT_TRUE(reflector->status().last_error.empty());
  EXPECT_EQ(received({object(added, "c", "12")}), Lines{"upsert c"});
}

TEST_F(KubeReflectorTest, AWatchThatEndsAtOnceCountsAsAFailure) {
  reach_watch();
  pass(900ms);
  EXPECT_EQ(ended(), Lines{"broken"});
  EXPECT_FALSE(stream);
  wake();
  EXPECT_EQ(query("resourceVersion"), "10");
}

TEST_F(KubeReflectorTest, ExpiredAsEventOrStatusLeadsToAList) {
  for (const auto& reason : {"Expired", "Gone"}) {
    reach_watch();
    EXPECT_EQ(received({error(410, reason), object(added, "late", "99")}), Lines{"broken"});
    EXPECT_EQ(stream->framing, Framing::list) << reason;
  }
  reach_watch();
  EXPECT_EQ(failed(http(410)), Lines{"broken"});
  EXPECT_EQ(stream->framing, Framing::list);
  EXPECT_EQ(reflector->status().expired, 1U);
}

TEST_F(KubeReflectorTest, ExpiredAgainAndAgainIsSlowedDown) {
  reach_watch();
  failed(http(410));
  opened();
  received({list_end("20")});
  ended();
  EXPECT_EQ(failed(http(410)), Lines{"broken"});
  EXPECT_FALSE(stream);
}

TEST_F(KubeReflectorTest, SilenceForThreeMinutesBreaksTheWatch) {
  reach_watch();
  pass(179s);
  EXPECT_TRUE(tick().empty());
  EXPECT_EQ(received({}), Lines{});  // any byte counts
  EXPECT_EQ(until_wake(), 180s);
  pass(180s);
  EXPECT_EQ(tick(), Lines{"broken"});
  wake();
  EXPECT_EQ(query("resourceVersion"), "10");
}

TEST_F(KubeReflectorTest, ASecondWatchInARowWithoutAWordLeadsToAList) {
  reach_watch();
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(query("resourceVersion"), "10");
    pass(180s);
    EXPECT_EQ(tick(), Lines{"broken"});
    wake();
    opened();
  }
  EXPECT_EQ(stream->framing, Framing::list);
}

TEST_F(KubeReflectorTest, AStreamThatNeverOpensIsGivenUp) {
  tick();
  pass(121s);
  EXPECT_EQ(tick(), Lines{"broken"});
  EXPECT_FALSE(stream);
}

TEST_F(KubeReflectorTest, WatchTimeoutsAreSpreadOverFiveToTenMinutes) {
  reach_watch();
  std::set<std::string> seen;
  for (int i = 0; i < 50; ++i) {
    const auto timeout = std::stoi(query("timeoutSeconds"));
    EXPECT_GE(timeout, 300);
    EXPECT_LE(timeout, 600);
    seen.insert(query("timeoutSeconds"));
    pass(300s);
    ended();
    opened();
  }
  EXPECT_GT(seen.size(), 20U);
}

TEST_F(KubeReflectorTest, ARevisionThatGoesBackLeadsToAList) {
  reach_watch();
  EXPECT_EQ(received({object(added, "b", "9")}), Lines{"broken"});
  EXPECT_EQ(stream->framing, Framing::list);
}

TEST_F(KubeReflectorTest, AWatchThatIsRefusedForGoodLeadsToAList) {
  reach_watch();
  failed(http(400, "BadRequest"));
  wake();
  EXPECT_EQ(stream->framing, Framing::list);

  reach_watch();
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(query("resourceVersion"), "10");
    failed(http(504, "Timeout"));  // "Too large resource version"
    wake();
  }
  EXPECT_EQ(stream->framing, Framing::list);
}

TEST_F(KubeReflectorTest, MissingRightsAreTriedAgainAtTheSameRevision) {
  reach_watch();
  for (int i = 0; i < 20; ++i) {
    failed(http(i % 2 == 0 ? 403 : 401, "Forbidden"));
    EXPECT_LE(until_wake(), 30s);
    wake();
    EXPECT_EQ(query("resourceVersion"), "10");
  }
}

TEST_F(KubeReflectorTest, InputsOfAStreamThatIsGoneAreIgnored) {
  reach_watch();
  const auto old = id();
  ended();
  wake();
  opened();
  EXPECT_NE(id(), old);
  EXPECT_TRUE(step(StreamReceived<std::string>{old, {object(added, "x", "50")}}).empty());
  EXPECT_TRUE(step(StreamEnded{old, {}}).empty());
  EXPECT_TRUE(step(StreamOpened{old}).empty());
  EXPECT_EQ(reflector->status().revision, 10U);
}

TEST_F(KubeReflectorTest, MetadataRestartsTheWatchAtItsRevision) {
  reach_watch();
  EXPECT_TRUE(step(SetView{View::metadata}).empty());
  EXPECT_EQ(query("resourceVersion"), "10");
  EXPECT_NE(stream->request.accept.find("as=PartialObjectMetadata;"), std::string::npos);
  const auto metadata = id();
  EXPECT_TRUE(step(SetView{View::metadata}).empty());
  EXPECT_EQ(id(), metadata);
}

TEST_F(KubeReflectorTest, GoingBackToFullObjectsNeedsAList) {
  reach_watch();
  step(SetView{View::metadata});
  opened();
  step(SetView{View::full});
  EXPECT_EQ(stream->framing, Framing::list);
  EXPECT_EQ(stream->request.accept, "application/json");
  EXPECT_EQ(opened(), Lines{"begin full"});
}

TEST_F(KubeReflectorTest, MetadataDuringAListChangesOverAtItsEnd) {
  tick();
  opened();
  step(SetView{View::metadata});
  EXPECT_EQ(opens, 1U);
  EXPECT_EQ(received({bookmark("12", true)}), Lines{"end 12 watch"});
  EXPECT_EQ(query("resourceVersion"), "12");
  EXPECT_NE(stream->request.accept.find("as=PartialObjectMetadata;"), std::string::npos);
}

// -- waits --

TEST_F(KubeReflectorTest, WhileNobodyAnswersTheWaitGrowsToFiveSeconds) {
  tick();
  std::chrono::milliseconds base = 800ms;
  for (int i = 0; i < 10; ++i) {
    failed(refused());
    EXPECT_GE(until_wake(), base / 2);
    EXPECT_LE(until_wake(), base);
    wake();
    base = std::min<std::chrono::milliseconds>(base * 2, 5s);
  }
}

TEST_F(KubeReflectorTest, AnOutageOfHoursMeansAFewTriesAMinuteAndAQuickReturn) {
  reach_watch();
  const auto before = opens;
  const auto end = now + 3h;
  failed(refused());
  while (now < end) {
    EXPECT_LE(until_wake(), 5s);
    wake();
    failed(refused());
  }
  EXPECT_LT(opens - before, 3U * 3600 / 2);
  wake();
  EXPECT_EQ(query("resourceVersion"), "10");
  opened();
  EXPECT_EQ(received({object(added, "b", "11")}), Lines{"upsert b"});
}

TEST_F(KubeReflectorTest, AnOverloadedServerIsLeftAloneForUpToThirtySeconds) {
  reach_watch();
  for (int i = 0; i < 10; ++i) {
    failed(http(i % 2 == 0 ? 429 : 503, "TooManyRequests"));
    EXPECT_LE(until_wake(), 30s);
    wake();
    EXPECT_EQ(query("resourceVersion"), "10");
  }
  failed(http(429));
  EXPECT_GE(until_wake(), 15s);
}

TEST_F(KubeReflectorTest, RetryAfterIsALowerBound) {
  reach_watch();
  failed(http(429, "", 60));
  EXPECT_GE(until_wake(), 60s);
  EXPECT_LE(until_wake(), 120s);
}

// Errors that come up after the header was sent are events.
TEST_F(KubeReflectorTest, AnErrorEventWaitsAsItsStatusSays) {
  reach_watch();
  auto busy = error(429, "TooManyRequests");
  busy.head.retry_after = 60;
  EXPECT_EQ(received({busy}), Lines{"broken"});
  EXPECT_GE(until_wake(), 60s);
  wake();
  EXPECT_EQ(query("resourceVersion"), "10");
  EXPECT_EQ(received({error(500, "InternalError")}), Lines{"broken"});
  wake();
  EXPECT_EQ(query("resourceVersion"), "10");
}

TEST_F(KubeReflectorTest, AnEarlyTickOpensNothing) {
  reach_watch();
  failed(refused());
  pass(until_wake() - 1ms);
  tick();
  EXPECT_FALSE(stream);
  pass(1ms);
  tick();
  EXPECT_TRUE(stream);
}

TEST_F(KubeReflectorTest, AProxyWithNobodyBehindItIsAskedEveryFiveSeconds) {
  reach_watch();
  for (int i = 0; i < 10; ++i) {
    failed(http(502));
    EXPECT_LE(until_wake(), 5s);
    wake();
  }
}

TEST_F(KubeReflectorTest, TwoMinutesOfHealthForgetTheWaits) {
  reach_watch();
  for (int i = 0; i < 6; ++i) {
    failed(refused());
    wake();
  }
  opened();
  pass(121s);
  received({bookmark("11")});
  failed(refused());
  EXPECT_LE(until_wake(), 800ms);
}

}  // namespace
}  // namespace weft

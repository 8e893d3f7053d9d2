// The traps of the lease protocol (lease_traps_*_test.cpp) that belong to the reflector: what may be asked for, and
// what counts as a list.
#include "test/unit/subnet/kube_reflector_fixture.h"

namespace weft {
namespace {

using LeaseTraps = KubeReflectorTest;
using enum EventType;

// resourceVersion=0 is answered from a cache of any age.
TEST_F(LeaseTraps, Trap02_EveryListIsAQuorumRead) {
  tick();
  EXPECT_EQ(query("sendInitialEvents"), "true");
  EXPECT_EQ(query("resourceVersion"), "");
  failed(http(422, "Invalid"));
  EXPECT_EQ(target(), "/api/v1/things?limit=500");
  opened();
  received({list_end("10")});
  ended();
  ASSERT_EQ(query("resourceVersion"), "10");
  opened();
  received({error(410, "Expired")});
  EXPECT_EQ(query("resourceVersion"), "") << "the list after a 410 too";
}

// `kubernetes.io/os=linux` would hide the podCIDRs of the other Nodes.
TEST_F(LeaseTraps, Trap10_NoSelectorHidesANode) {
  tick();
  EXPECT_EQ(target().find("Selector"), std::string::npos) << target();
  failed(http(422, "Invalid"));
  EXPECT_EQ(target().find("Selector"), std::string::npos) << target();
  opened();
  received({list_end("10", "t")});
  ended();
  EXPECT_EQ(target().find("Selector"), std::string::npos) << target();
  opened();
  received({list_end("10")});
  ended();
  EXPECT_EQ(query("watch"), "true");
  EXPECT_EQ(target().find("Selector"), std::string::npos) << target();
}

// The 410 comes with a token to go on without consistency. It is not taken.
TEST_F(LeaseTraps, Trap11_AnExpiredPageStartsTheListAnew) {
  tick();
  failed(http(422, "Invalid"));
  opened();
  EXPECT_EQ(received({object(item, "a", "1"), list_end("10", "t")}), Lines{"item a"});
  ended();
  ASSERT_EQ(query("continue"), "t");
  EXPECT_EQ(failed(http(410, "Expired")), Lines{"broken"});
  EXPECT_EQ(target(), "/api/v1/things?limit=500");
  EXPECT_EQ(opened(), Lines{"begin full"}) << "what the first page brought is forgotten";
}

TEST_F(LeaseTraps, Trap18_PagesOfTwoRevisionsAreNoList) {
  tick();
  failed(http(422, "Invalid"));
  opened();
  received({object(item, "a", "1"), list_end("10", "t")});
  ended();
  opened();
  EXPECT_EQ(received({object(item, "b", "2"), list_end("11")}), (Lines{"item b", "broken"}));
  EXPECT_FALSE(stream);
}

// etcd without a watch cache, or kine: no WatchList, and no bookmarks. A list and a watch from it are as good; silence
// is met by the same watch again, then by a list.
TEST_F(LeaseTraps, Trap20_WithoutAWatchCacheNothingIsMissed) {
  tick();
  failed(http(422, "Invalid"));
  opened();
  received({object(item, "a", "5"), list_end("10")});
  EXPECT_EQ(ended(), Lines{"end 10 pages"});
  opened();
  received({object(modified, "a", "12")});
  EXPECT_EQ(wake(), Lines{"broken"});
  for (int silences = 1; silences <= 2; ++silences) {
    wake();
    ASSERT_EQ(query("resourceVersion"), "12") << "not a list yet, and no gap";
    opened();
    EXPECT_EQ(wake(), Lines{"broken"});
  }
  wake();
  EXPECT_EQ(query("sendInitialEvents"), "true") << "whether it was silence or a store that went back";
}

}  // namespace
}  // namespace weft

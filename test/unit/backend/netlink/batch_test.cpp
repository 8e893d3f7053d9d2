#include "backend/netlink/batch.h"

#include "backend/netlink/message_view.h"

#include <gtest/gtest.h>

#include <vector>

#include <linux/rtnetlink.h>

namespace weft::test {

namespace {

using netlink::Batch;
using netlink::Message;
using netlink::MessageReader;
using netlink::MessageView;

Message request(std::string_view name) {
  Message message;
  message.start(RTM_GETLINK, NLM_F_ACK, ifinfomsg{}).put_string(IFLA_IFNAME, name);
  return message;
}

std::vector<MessageView> read(const Batch& batch) {
  std::vector<MessageView> views;
  MessageReader reader(batch.bytes());
  while (const auto view = reader.next()) views.push_back(*view);
  return views;
}

TEST(Batch, KeepsRequestsApartAndInOrder) {
  Batch batch;
  // Lengths that are no multiples of four.
  for (const char* name : {"a", "ab", "abc", "abcd", "abcde"}) batch.add(request(name));
  batch.seal(7);
  const auto views = read(batch);
  ASSERT_EQ(views.size(), 5U);
  EXPECT_EQ(views[0].attributes<ifinfomsg>().string(IFLA_IFNAME), "a");
  EXPECT_EQ(views[4].attributes<ifinfomsg>().string(IFLA_IFNAME), "abcde");
  for (std::size_t i = 0; i < views.size(); ++i) EXPECT_EQ(views[i].sequence(), 7 + i);
}

TEST(Batch, OnlyTheLastAsksForAnAcknowledgement) {
  Batch batch;
  for (int i = 0; i < 3; ++i) batch.add(request("lo"));
  batch.seal(1);
  const auto views = read(batch);
  EXPECT_EQ(views[0].flags(), NLM_F_REQUEST);
  EXPECT_EQ(views[1].flags(), NLM_F_REQUEST);
  EXPECT_EQ(views[2].flags(), NLM_F_REQUEST | NLM_F_ACK);
}

TEST(Batch, SequenceNumbersWrapRound) {
  Batch batch;
  for (int i = 0; i < 3; ++i) batch.add(request("lo"));
  batch.seal(0xffffffff);
  const auto views = read(batch);
  EXPECT_EQ(views[0].sequence(), 0xffffffffU);
  EXPECT_EQ(views[1].sequence(), 0U);
}

// The receive buffer holds 256 failures' acknowledgements at most (measured); twice as many batches cost nothing.
TEST(Batch, HoldsHalfOfWhatTheReceiveBufferCanAnswer) { EXPECT_EQ(Batch::kCapacity, 128U); }

TEST(Batch, IsFullAtItsCapacityAndEmptyAfterClear) {
  Batch batch;
  for (std::size_t i = 0; i < Batch::kCapacity; ++i) {
    EXPECT_FALSE(batch.full());
    batch.add(request("lo"));
  }
  EXPECT_TRUE(batch.full());
  batch.clear();
  EXPECT_TRUE(batch.empty());
  EXPECT_TRUE(batch.bytes().empty());
}

TEST(BatchDeathTest, OneTooManyIsAProgrammingMistake) {
  Batch batch;
  for (std::size_t i = 0; i < Batch::kCapacity; ++i) batch.add(request("lo"));
  EXPECT_DEATH(batch.add(request("lo")), "");
}

}  // namespace

}  // namespace weft::test

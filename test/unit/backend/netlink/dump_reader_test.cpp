#include "backend/netlink/dump_reader.h"

#include "test/unit/backend/netlink/netlink_builder.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <limits>

#include <linux/rtnetlink.h>

namespace weft::test {

namespace {

using netlink::DumpReader;
using State = DumpReader::State;

Bytes entry(std::uint16_t flags = 0, std::uint32_t sequence = 7) {
  return RawMessage(RTM_NEWROUTE, Bytes(12), flags, sequence).bytes();
}

Bytes done(int code = 0, std::uint16_t flags = 0, std::uint32_t sequence = 7) {
  return RawMessage(NLMSG_DONE, raw(code), flags, sequence).bytes();
}

class DumpReaderTest : public ::testing::Test {
 protected:
  Result<State> read(const Bytes& datagram) {
    return reader_.read(datagram, [this](netlink::MessageView) { ++entries_; });
  }

  DumpReader reader_{7};
  int entries_ = 0;
};

TEST_F(DumpReaderTest, EntriesUntilTheEnd) {
  EXPECT_EQ(read(entry() + entry()), State::more);
  EXPECT_EQ(read(entry() + done()), State::complete);
  EXPECT_EQ(entries_, 3);
}

TEST_F(DumpReaderTest, AnEmptyTableIsComplete) { EXPECT_EQ(read(done()), State::complete); }

TEST_F(DumpReaderTest, OneMarkedEntryMakesTheWholeInterrupted) {
  EXPECT_EQ(read(entry(NLM_F_DUMP_INTR)), State::more);
  EXPECT_EQ(read(entry()), State::more);
  EXPECT_EQ(read(done()), State::interrupted);
}

TEST_F(DumpReaderTest, AMarkedEndDoesToo) { EXPECT_EQ(read(entry() + done(0, NLM_F_DUMP_INTR)), State::interrupted); }

TEST_F(DumpReaderTest, TheEndCanBeAnError) {
  const auto end = read(entry() + done(-ENODEV));
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().code, ENODEV);
}

TEST_F(DumpReaderTest, AnEndThatIsNoErrorNumberIsAnError) {
  const auto end = read(entry() + done(std::numeric_limits<int>::min()));
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().code, EBADMSG);
}

TEST_F(DumpReaderTest, ARefusalIsAnError) {
  nlmsgerr body{};
  body.error = -EBUSY;
  const auto end = read(RawMessage(NLMSG_ERROR, raw(body), NLM_F_CAPPED, 7).bytes());
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().code, EBUSY);
}

TEST_F(DumpReaderTest, OtherRequestsAnswersAreSkipped) {
  EXPECT_EQ(read(entry(NLM_F_DUMP_INTR, 6) + done(0, 0, 6)), State::more);
  EXPECT_EQ(read(entry() + done()), State::complete);
  EXPECT_EQ(entries_, 1);
}

}  // namespace

}  // namespace weft::test

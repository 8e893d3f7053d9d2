#include "backend/netlink/acknowledgement.h"

#include "test/unit/backend/netlink/netlink_builder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <limits>

namespace weft::test {

namespace {

using netlink::parse_acknowledgement;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

constexpr std::uint16_t kCapped = NLM_F_CAPPED;
constexpr std::uint16_t kText = NLM_F_ACK_TLVS;

nlmsgerr error_of(int error, std::uint32_t request_length = NLMSG_HDRLEN) {
  nlmsgerr value{};
  value.error = error;
  value.msg.nlmsg_len = request_length;
  return value;
}

TEST(Acknowledgement, ZeroIsSuccess) {
  EXPECT_TRUE(parse_acknowledgement(RawMessage(NLMSG_ERROR, raw(error_of(0)), kCapped).view()));
}

TEST(Acknowledgement, NegativeIsAnErrno) {
  const auto result = parse_acknowledgement(RawMessage(NLMSG_ERROR, raw(error_of(-ENODEV)), kCapped).view());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ENODEV);
  EXPECT_EQ(result.error().message, "No such device");
}

TEST(Acknowledgement, PositiveIsNotSuccess) {
  const auto result = parse_acknowledgement(RawMessage(NLMSG_ERROR, raw(error_of(ENODEV)), kCapped).view());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, EBADMSG);
}

TEST(Acknowledgement, WhatIsNoErrorNumberIsNoAnswer) {
  const int smallest = std::numeric_limits<int>::min();
  const auto result = parse_acknowledgement(RawMessage(NLMSG_ERROR, raw(error_of(smallest)), kCapped).view());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, EBADMSG);
}

TEST(Acknowledgement, ExplanationFollowsACappedRequest) {
  const auto body = raw(error_of(-EINVAL, 200)) + text_attribute(NLMSGERR_ATTR_MSG, "Invalid prefix");
  const auto result = parse_acknowledgement(RawMessage(NLMSG_ERROR, body, kCapped | kText).view());
  EXPECT_EQ(result.error().message, "Invalid argument (Invalid prefix)");
}

TEST(Acknowledgement, ExplanationFollowsTheWholeRequest) {
  const Bytes request(12);  // after its header
  const auto body =
      raw(error_of(-EINVAL, NLMSG_HDRLEN + 12)) + request + text_attribute(NLMSGERR_ATTR_MSG, "Invalid prefix");
  const auto result = parse_acknowledgement(RawMessage(NLMSG_ERROR, body, kText).view());
  EXPECT_THAT(result.error().message, EndsWith("(Invalid prefix)"));
}

TEST(Acknowledgement, AttributesWithoutTheFlagAreNotRead) {
  const auto body = raw(error_of(-EINVAL)) + text_attribute(NLMSGERR_ATTR_MSG, "noise");
  const auto result = parse_acknowledgement(RawMessage(NLMSG_ERROR, body, kCapped).view());
  EXPECT_THAT(result.error().message, Not(HasSubstr("noise")));
}

TEST(Acknowledgement, ALyingRequestLengthIsHarmless) {
  for (const std::uint32_t length : {0U, 1U, 15U, 4000U, 0xffffffffU}) {
    const auto body = raw(error_of(-EINVAL, length)) + text_attribute(NLMSGERR_ATTR_MSG, "text");
    const auto result = parse_acknowledgement(RawMessage(NLMSG_ERROR, body, kText).view());
    EXPECT_EQ(result.error().code, EINVAL);
  }
}

TEST(Acknowledgement, TooShortIsAnError) {
  const auto result = parse_acknowledgement(RawMessage(NLMSG_ERROR, hex("00 00")).view());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, EBADMSG);
}

}  // namespace

}  // namespace weft::test

#include "backend/netlink/acknowledgement.h"
#include "test/unit/backend/netlink/netlink_builder.h"

#include <gtest/gtest.h>

#include <cerrno>

namespace weft::test {

namespace {

using netlink::Acknowledgements;

Bytes answer(std::uint32_t sequence, int error) {
  nlmsgerr body{};
  body.error = error;
  return RawMessage(NLMSG_ERROR, raw(body), NLM_F_CAPPED, sequence).bytes();
}

std::vector<int> codes(Acknowledgements& answers) {
  std::vector<int> codes;
  for (const auto& result : answers.take()) codes.push_back(result ? 0 : result.error().code);
  return codes;
}

TEST(Acknowledgements, TheLastOnesSuccessIsEverySilentOnes) {
  Acknowledgements answers(10, 3);
  EXPECT_FALSE(answers.complete());
  answers.read(answer(12, 0));
  EXPECT_TRUE(answers.complete());
  EXPECT_EQ(codes(answers), (std::vector{0, 0, 0}));
}

TEST(Acknowledgements, AFailureInTheMiddleIsItsOwn) {
  Acknowledgements answers(10, 4);
  answers.read(answer(11, -EEXIST));
  EXPECT_FALSE(answers.complete());
  answers.read(answer(13, 0));
  EXPECT_EQ(codes(answers), (std::vector{0, EEXIST, 0, 0}));
}

TEST(Acknowledgements, TheLastOnesFailureEndsTheBatchToo) {
  Acknowledgements answers(10, 2);
  answers.read(answer(11, -ENODEV));
  EXPECT_TRUE(answers.complete());
  EXPECT_EQ(codes(answers), (std::vector{0, ENODEV}));
}

TEST(Acknowledgements, OneDatagramCanHoldSeveral) {
  Acknowledgements answers(10, 3);
  answers.read(answer(10, -EPERM) + answer(11, -EPERM) + answer(12, -EPERM));
  EXPECT_TRUE(answers.complete());
  EXPECT_EQ(codes(answers), (std::vector{EPERM, EPERM, EPERM}));
}

TEST(Acknowledgements, AnswersToOlderRequestsAndOtherMessagesAreSkipped) {
  Acknowledgements answers(10, 2);
  answers.read(answer(9, -EPERM) + answer(12, 0) + RawMessage(NLMSG_DONE, Bytes(4), 0, 11).bytes());
  EXPECT_FALSE(answers.complete());
}

TEST(Acknowledgements, NumbersWrapRound) {
  Acknowledgements answers(0xffffffff, 2);
  answers.read(answer(0xffffffff, -EPERM));
  answers.read(answer(0, 0));
  EXPECT_TRUE(answers.complete());
  EXPECT_EQ(codes(answers), (std::vector{EPERM, 0}));
}

TEST(Acknowledgements, GivingUpFailsWhatIsNotKnown) {
  Acknowledgements answers(10, 3);
  answers.read(answer(11, -EEXIST));
  answers.give_up({.message = "lost", .code = ENOBUFS});
  EXPECT_TRUE(answers.complete());
  EXPECT_EQ(codes(answers), (std::vector{ENOBUFS, EEXIST, ENOBUFS}));
}

}  // namespace

}  // namespace weft::test

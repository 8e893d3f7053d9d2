#include "backend/netlink/nft_transaction.h"

#include "backend/netlink/nft_objects.h"
#include "test/unit/backend/netlink/netlink_builder.h"

#include <gtest/gtest.h>

#include <cerrno>

#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>

namespace weft::test {
namespace {

using namespace netlink;
using nft::TransactionAnswers;

Bytes answer(std::uint32_t sequence, int error) {
  nlmsgerr body{};
  body.error = error;
  return RawMessage(NLMSG_ERROR, raw(body), 0, sequence).bytes();
}

std::vector<int> codes_of(TransactionAnswers answers) {
  std::vector<int> codes;
  for (const auto& result : answers.take()) codes.push_back(result ? 0 : result.error().code);
  return codes;
}

TEST(NftTransaction, IsFramedAndNumbered) {
  Message message;
  nft::Transaction transaction;
  nft::write_add_table(message, "a");
  transaction.add(message);
  nft::write_add_table(message, "b");
  transaction.add(message);
  EXPECT_EQ(transaction.size(), 2U);
  for (const std::uint32_t first : {100U, 200U}) {  // sealed again, it is numbered again
    transaction.seal(first);
    std::vector<std::uint16_t> types;
    std::vector<bool> acknowledged;
    std::uint32_t sequence = first;
    MessageReader reader(transaction.bytes());
    while (const auto view = reader.next()) {
      EXPECT_EQ(view->sequence(), sequence++);
      types.push_back(view->type());
      acknowledged.push_back((view->flags() & NLM_F_ACK) != 0);
    }
    EXPECT_EQ(types, (std::vector<std::uint16_t>{NFNL_MSG_BATCH_BEGIN, NFNL_SUBSYS_NFTABLES << 8,
                                                 NFNL_SUBSYS_NFTABLES << 8, NFNL_MSG_BATCH_END}));
    EXPECT_EQ(acknowledged, (std::vector<bool>{false, false, true, false}));
    EXPECT_EQ(sequence - first, transaction.sequences());
  }
}

TEST(NftTransaction, BeginNamesTheSubsystem) {
  Message message;
  nft::Transaction transaction;
  nft::write_add_table(message, "a");
  transaction.add(message);
  transaction.seal(1);
  const auto view = MessageReader(transaction.bytes()).next();
  ASSERT_TRUE(view);
  EXPECT_EQ(Bytes(view->payload().begin(), view->payload().end()), hex("00 00 00 0a"));
}

TEST(NftTransactionAnswers, TheLastAcknowledgementMeansAll) {
  TransactionAnswers answers(10, 3);
  answers.read(answer(9, -EPERM));  // of an older request
  EXPECT_FALSE(answers.complete());
  answers.read(answer(13, 0));
  EXPECT_TRUE(answers.complete());
  EXPECT_EQ(codes_of(answers), (std::vector{0, 0, 0}));
}

TEST(NftTransactionAnswers, OneFailureIsEverybodys) {
  TransactionAnswers answers(10, 3);
  answers.read(answer(12, -EEXIST));
  EXPECT_FALSE(answers.complete());
  answers.read(answer(13, 0));
  EXPECT_TRUE(answers.complete());
  EXPECT_EQ(codes_of(answers), (std::vector{ECANCELED, EEXIST, ECANCELED}));
  EXPECT_EQ(nft::first_fault(answers.take()).error().code, EEXIST);
}

TEST(NftTransactionAnswers, AFailedBeginIsTheEndOfIt) {
  TransactionAnswers answers(10, 2);
  answers.read(answer(10, -EPERM));
  EXPECT_TRUE(answers.complete());
  answers.read(answer(12, 0));  // what comes after a failed commit
  EXPECT_EQ(codes_of(answers), (std::vector{EPERM, EPERM}));
}

TEST(NftTransactionAnswers, WithoutAnAnswerNothingIsKnown) {
  TransactionAnswers answers(10, 2);
  answers.give_up({"no answer", ETIMEDOUT});
  EXPECT_TRUE(answers.complete());
  EXPECT_EQ(codes_of(answers), (std::vector{ETIMEDOUT, ETIMEDOUT}));
}

}  // namespace
}  // namespace weft::test

#include "backend/netlink/nft_transaction.h"

#include "backend/netlink/acknowledgement.h"
#include "backend/netlink/message_view.h"

#include <algorithm>
#include <cerrno>

#include <arpa/inet.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <sys/socket.h>

namespace weft::netlink::nft {

namespace {

void write_frame(Message& message, std::uint16_t type) {
  // The subsystem is in the resource id, in network order.
  const nfgenmsg header{.nfgen_family = AF_UNSPEC, .version = NFNETLINK_V0, .res_id = htons(NFNL_SUBSYS_NFTABLES)};
  message.start(type, 0, header);
}

}  // namespace

Transaction::Transaction(Tables tables) : tables_(tables) {
  Message begin;
  write_frame(begin, NFNL_MSG_BATCH_BEGIN);
  append(begin);
}

void Transaction::append(const Message& message) {
  const auto bytes = message.bytes();
  offsets_.push_back(bytes_.size());
  bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  bytes_.resize(NLMSG_ALIGN(bytes_.size()));
}

void Transaction::add(const Message& message) {
  append(message);
  auto* header = reinterpret_cast<nfgenmsg*>(bytes_.data() + offsets_.back() + NLMSG_HDRLEN);
  header->nfgen_family = static_cast<std::uint8_t>(tables_);
}

void Transaction::seal(std::uint32_t first_sequence) {
  if (end_ == 0) {
    Message end;
    write_frame(end, NFNL_MSG_BATCH_END);
    end_ = bytes_.size();
    const auto bytes = end.bytes();
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  }
  const auto header_at = [this](std::size_t offset) { return reinterpret_cast<nlmsghdr*>(bytes_.data() + offset); };
  std::uint32_t sequence = first_sequence;
  for (const std::size_t offset : offsets_) header_at(offset)->nlmsg_seq = sequence++;
  header_at(end_)->nlmsg_seq = sequence;
  header_at(offsets_.back())->nlmsg_flags |= NLM_F_ACK;
}

void TransactionAnswers::read(std::span<const std::byte> datagram) {
  MessageReader reader(datagram);
  while (const auto view = reader.next()) {
    const std::uint32_t index = view->sequence() - first_;  // 0: begin; wraps round for answers to older requests
    if (view->type() != NLMSG_ERROR || index > results_.size()) continue;
    const auto result = parse_acknowledgement(*view);
    if (index == 0) {
      if (!result) give_up(result.error());
    } else if (!complete_) {
      results_[index - 1] = result;
      complete_ = index == results_.size();
    }
  }
}

void TransactionAnswers::give_up(const Error& cause) {
  std::fill(results_.begin(), results_.end(), std::unexpected(cause));
  complete_ = true;
}

std::vector<Result<>> TransactionAnswers::take() {
  const bool failed = std::any_of(results_.begin(), results_.end(), [](const Result<>& result) { return !result; });
  for (Result<>& result : results_) {
    if (failed && result) result = fail_errno("another part of the transaction failed", ECANCELED);
  }
  return std::move(results_);
}

Result<> first_fault(const std::vector<Result<>>& results) {
  for (const Result<>& result : results) {
    if (!result && result.error().code != ECANCELED) return result;
  }
  return {};
}

}  // namespace weft::netlink::nft

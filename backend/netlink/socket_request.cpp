// Requests with acknowledgements, and single answers.
#include "backend/netlink/acknowledgement.h"
#include "backend/netlink/socket.h"

#include <algorithm>
#include <cerrno>

namespace weft::netlink {

Result<> Socket::request(const Message& message) {
  single_.clear();
  single_.add(message);
  return execute(single_).front();
}

std::vector<Result<>> Socket::execute(Batch& batch) {
  if (batch.empty()) return {};
  const std::uint32_t first = sequence_ + 1;
  sequence_ += static_cast<std::uint32_t>(batch.size());
  batch.seal(first);
  return exchange(batch.bytes(), Acknowledgements(first, batch.size()));
}

Result<Reply> Socket::get(const Message& message) {
  auto reply = get_once(message);
  // Too long for the buffer, which has grown by now.
  return !reply && reply.error().code == EMSGSIZE ? get_once(message) : std::move(reply);
}

Result<Reply> Socket::get_once(const Message& message) {
  // Without NLM_F_ACK: the answer is the acknowledgement, and the kernel would send both.
  if (const auto sent = send_single(message, 0); !sent) return std::unexpected(sent.error());
  for (;;) {
    const auto datagram = receive();
    if (!datagram) return std::unexpected(datagram.error());
    MessageReader reader(*datagram);
    while (const auto view = reader.next()) {
      if (view->sequence() != sequence_) continue;
      if (view->type() != NLMSG_ERROR) return Reply(view->copy());
      if (auto done = parse_acknowledgement(*view); !done) return std::unexpected(done.error());
      return fail_errno("netlink request without an answer", EBADMSG);
    }
  }
}

Result<> Socket::send_single(const Message& message, std::uint16_t flags) {
  const auto bytes = message.bytes();
  scratch_.assign(bytes.begin(), bytes.end());
  auto* header = reinterpret_cast<nlmsghdr*>(scratch_.data());
  header->nlmsg_seq = ++sequence_;
  header->nlmsg_flags = static_cast<std::uint16_t>((header->nlmsg_flags & ~NLM_F_ACK) | flags);
  return send(scratch_);
}

}  // namespace weft::netlink

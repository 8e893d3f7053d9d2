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

// Only the last request asks for an acknowledgement, but a failed one is always reported. The kernel works in
// order, so the answer to the last one, success or error, proves that the silent ones before it succeeded.
std::vector<Result<>> Socket::execute(Batch& batch) {
  std::vector<Result<>> results(batch.size());
  if (batch.empty()) return results;
  const std::uint32_t first = sequence_ + 1;
  sequence_ += static_cast<std::uint32_t>(batch.size());
  batch.seal(first);
  if (const auto sent = send(batch.bytes()); !sent) {
    std::ranges::fill(results, sent);
    return results;
  }
  for (bool complete = false; !complete;) {
    const auto datagram = receive();
    if (!datagram) {
      // Whatever was not reported as failed may have been done or not: the caller must look again.
      for (auto& result : results) {
        if (result) result = std::unexpected(datagram.error());
      }
      return results;
    }
    MessageReader reader(*datagram);
    while (const auto view = reader.next()) {
      const std::uint32_t index = view->sequence() - first;  // wraps round for answers to older requests
      if (view->type() != NLMSG_ERROR || index >= results.size()) continue;
      results[index] = parse_acknowledgement(*view);
      complete = complete || index + 1 == results.size();
    }
  }
  return results;
}

Result<Reply> Socket::get(const Message& message) {
  single_.clear();
  single_.add(message);
  single_.seal(++sequence_);
  // The answer is the acknowledgement; asked for both, the kernel would send two messages.
  auto bytes = std::vector(single_.bytes().begin(), single_.bytes().end());
  reinterpret_cast<nlmsghdr*>(bytes.data())->nlmsg_flags &= static_cast<std::uint16_t>(~NLM_F_ACK);
  if (const auto sent = send(bytes); !sent) return std::unexpected(sent.error());
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

}  // namespace weft::netlink

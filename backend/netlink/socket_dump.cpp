// Dumps, and when to start them again.
#include "backend/netlink/acknowledgement.h"
#include "backend/netlink/socket.h"

#include <cerrno>
#include <cstring>

namespace weft::netlink {

namespace {

// What was read so far is incomplete, and asking again can help.
bool worth_repeating(int code) { return code == ENOBUFS || code == EMSGSIZE || code == EBUSY || code == EINTR; }

// The payload of NLMSG_DONE is 0, or the negative errno that ended the dump.
Result<> parse_end(MessageView view) {
  const auto* code = view.header<int>();
  if (code == nullptr || *code >= 0) return {};
  return fail_errno("dump", -*code);
}

}  // namespace

Result<> Socket::dump_messages(const Message& message, const std::function<void()>& restart, const Visit& visit) {
  for (int attempt = 0; attempt < kDumpAttempts; ++attempt) {
    restart();
    const auto end = dump_once(message, visit);
    if (end && *end == DumpEnd::complete) return {};
    if (end) continue;
    if (!worth_repeating(end.error().code)) return std::unexpected(end.error());
    // The kernel still holds the unfinished dump and would refuse another one (EBUSY).
    if (const auto opened = reopen(); !opened) return opened;
  }
  return fail_errno("dump: the table kept changing", EINTR);
}

Result<Socket::DumpEnd> Socket::dump_once(const Message& message, const Visit& visit) {
  single_.clear();
  single_.add(message);
  single_.seal(++sequence_);
  auto bytes = std::vector(single_.bytes().begin(), single_.bytes().end());
  auto* header = reinterpret_cast<nlmsghdr*>(bytes.data());
  header->nlmsg_flags = static_cast<std::uint16_t>((header->nlmsg_flags & ~NLM_F_ACK) | NLM_F_DUMP);
  if (const auto sent = send(bytes); !sent) return std::unexpected(sent.error());
  auto end = DumpEnd::complete;
  for (;;) {
    const auto datagram = receive();
    if (!datagram) return std::unexpected(datagram.error());
    MessageReader reader(*datagram);
    while (const auto view = reader.next()) {
      if (view->sequence() != sequence_) continue;
      if ((view->flags() & NLM_F_DUMP_INTR) != 0) end = DumpEnd::restart;
      const Result<> status = view->type() == NLMSG_ERROR  ? parse_acknowledgement(*view)
                              : view->type() == NLMSG_DONE ? parse_end(*view)
                                                           : Result<>();
      if (!status) return std::unexpected(status.error());
      if (view->type() == NLMSG_DONE || view->type() == NLMSG_ERROR) return end;
      visit(*view);
    }
  }
}

}  // namespace weft::netlink

// Dumps, and when to start them again.
#include "backend/netlink/dump_reader.h"
#include "backend/netlink/socket.h"

#include <cerrno>

namespace weft::netlink {

namespace {

// What was read so far is incomplete, and asking again can help.
bool worth_repeating(int code) { return code == ENOBUFS || code == EMSGSIZE || code == EBUSY || code == EINTR; }

}  // namespace

Result<> Socket::dump_messages(const Message& message, const std::function<void()>& restart, const Visit& visit) {
  for (int attempt = 0; attempt < kDumpAttempts; ++attempt) {
    restart();
    const auto complete = dump_once(message, visit);
    if (complete && *complete) return {};
    if (complete) continue;
    if (!worth_repeating(complete.error().code)) return std::unexpected(complete.error());
    // The kernel still holds the unfinished dump and would refuse another one (EBUSY).
    if (const auto opened = reopen(); !opened) return opened;
  }
  return fail_errno("dump: the table kept changing", EINTR);
}

Result<bool> Socket::dump_once(const Message& message, const Visit& visit) {
  if (const auto sent = send_single(message, NLM_F_DUMP); !sent) return std::unexpected(sent.error());
  DumpReader reader(sequence_);
  for (;;) {
    const auto datagram = receive();
    if (!datagram) return std::unexpected(datagram.error());
    const auto state = reader.read(*datagram, visit);
    if (!state) return std::unexpected(state.error());
    if (*state != DumpReader::State::more) return *state == DumpReader::State::complete;
  }
}

}  // namespace weft::netlink

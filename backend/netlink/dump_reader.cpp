#include "backend/netlink/dump_reader.h"

#include "backend/netlink/acknowledgement.h"

namespace weft::netlink {

namespace {

Result<> parse_end(MessageView view) {
  const auto* code = view.header<int>();
  if (code == nullptr || *code >= 0) return {};
  return fail_errno("dump", errno_of(*code));
}

}  // namespace

Result<DumpReader::State> DumpReader::read(std::span<const std::byte> datagram,
                                           const std::function<void(MessageView)>& visit) {
  MessageReader reader(datagram);
  while (const auto view = reader.next()) {
    if (view->sequence() != sequence_) continue;
    interrupted_ = interrupted_ || (view->flags() & NLM_F_DUMP_INTR) != 0;
    if (view->type() != NLMSG_DONE && view->type() != NLMSG_ERROR) {
      visit(*view);
      continue;
    }
    const auto end = view->type() == NLMSG_DONE ? parse_end(*view) : parse_acknowledgement(*view);
    if (!end) return std::unexpected(end.error());
    return interrupted_ ? State::interrupted : State::complete;
  }
  return State::more;
}

}  // namespace weft::netlink

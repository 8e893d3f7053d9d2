// What the datagrams of one dump say: sans-IO.
//
// A plain value; any thread. Messages with another sequence number belong to an older request and are skipped.
#pragma once

#include "backend/netlink/message_view.h"
#include "subnet/result.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

namespace weft::netlink {

class DumpReader {
 public:
  enum class State : std::uint8_t {
    more,         // the end has not come yet
    complete,     // all of one moment's table
    interrupted,  // the end came, but the table changed in between (NLM_F_DUMP_INTR): start again
  };

  explicit DumpReader(std::uint32_t sequence) : sequence_(sequence) {}

  // Calls `visit` for each entry. The error is the kernel's, whether it came alone (NLMSG_ERROR) or at the end of
  // the dump (NLMSG_DONE with a negative number).
  [[nodiscard]] Result<State> read(std::span<const std::byte> datagram, const std::function<void(MessageView)>& visit);

 private:
  std::uint32_t sequence_;
  bool interrupted_ = false;
};

}  // namespace weft::netlink

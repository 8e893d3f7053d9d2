// Any datagram through everything that reads rtnetlink: no read outside it, no endless loop.
#include "backend/monitor_scope.h"
#include "backend/netlink/acknowledgement.h"
#include "backend/netlink/dump_reader.h"
#include "backend/netlink/records.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

namespace {

using namespace weft::netlink;

void read_entry(MessageView view) {
  (void)parse_link(view);
  (void)parse_address(view);
  (void)parse_neighbour(view);
  (void)parse_fdb(view);
  (void)parse_route(view);
  (void)weft::concerns({.devices = {"weft.1"}, .uplink = "eth0"}, {.devices = {5}, .uplink = 2}, view);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // A copy of its own: aligned as a receive buffer is, and with nothing readable behind it.
  const auto* first = reinterpret_cast<const std::byte*>(data);
  const std::vector<std::byte> datagram(first, first + size);
  std::uint32_t sequence = 0;
  if (size >= sizeof(nlmsghdr)) std::memcpy(&sequence, data + offsetof(nlmsghdr, nlmsg_seq), sizeof sequence);
  (void)DumpReader(sequence).read(datagram, read_entry);
  Acknowledgements answers(sequence, 3);
  answers.read(datagram);
  return 0;
}

#include "test/support/cni/kernel_snapshot.h"

#include "backend/netlink/requests.h"
#include "backend/netlink/socket.h"

#include <map>
#include <stdexcept>

#include <linux/rtnetlink.h>
#include <net/if.h>

namespace weft::test {

namespace {

using netlink::Message;
using netlink::Socket;

template <class T>
T value_of(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return *std::move(result);
}

class Snapshot {
 public:
  std::set<std::string> take() {
    read_links();
    for (const Family family : {Family::v4, Family::v6}) read_family(family);
    return std::move(lines_);
  }

 private:
  void read_links() {
    netlink::write_dump_links(message_);
    for (const auto& link : value_of(socket_.dump(message_, netlink::parse_link))) {
      names_[link.index] = link.name;
      const char* state = (link.flags & IFF_UP) != 0 ? "up" : "down";
      lines_.insert(fmt::format("link {} {} mtu {} {}", link.name, link.mac.to_string(), link.mtu, state));
    }
  }

  void read_family(Family family) {
    netlink::write_dump_addresses(message_, family);
    for (const auto& address : value_of(socket_.dump(message_, netlink::parse_address))) {
      if (address.address.is_link_local()) continue;
      lines_.insert(fmt::format("address {}/{} {}", address.address.to_string(), address.length, names_[address.link]));
    }
    netlink::write_dump_routes(message_, family, RT_TABLE_UNSPEC);
    for (const auto& route : value_of(socket_.dump(message_, netlink::parse_route))) {
      if (route.protocol == RTPROT_KERNEL) continue;
      lines_.insert(fmt::format("route {} table {} type {} dev {}", route.destination.to_string(), route.table,
                                route.type, names_[route.hop.link]));
    }
    netlink::write_dump_neighbours(message_, family);
    for (const auto& neighbour : value_of(socket_.dump(message_, netlink::parse_neighbour))) {
      if (neighbour.state != NUD_PERMANENT) continue;
      lines_.insert(fmt::format("neighbour {} {} {}", neighbour.address.to_string(), neighbour.mac.to_string(),
                                names_[neighbour.link]));
    }
  }

  Socket socket_ = value_of(Socket::open(NETLINK_ROUTE));
  Message message_;
  std::map<int, std::string> names_;
  std::set<std::string> lines_;
};

}  // namespace

std::set<std::string> kernel_snapshot() { return Snapshot().take(); }

}  // namespace weft::test

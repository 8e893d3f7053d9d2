#include "test/support/cni/kernel_snapshot.h"

#include "backend/netlink/nft_elements.h"
#include "backend/netlink/requests.h"
#include "backend/netlink/socket.h"
#include "backend/pod_table/skeleton.h"

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
    for (const Family family : {Family::v4, Family::v6}) {
      for (const char* set :
           {pod_table::ports_map(family), pod_table::address_ports_map(family), pod_table::hairpin_set(family)}) {
        read_elements(set);
      }
    }
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

  void read_elements(const char* set) {
    netlink::nft::write_dump_elements(message_, pod_table::kTable, set);
    const auto parse = [](netlink::MessageView view) { return std::optional(netlink::nft::parse_elements(view)); };
    const auto answers = nf_tables_.dump(message_, parse);
    if (!answers) return;  // no such table
    for (const auto& elements : *answers) {
      for (const auto& element : elements) lines_.insert(fmt::format("element {} {}", set, text_of(element)));
    }
  }

  static std::string text_of(const netlink::nft::Element& element) {
    std::string text;
    for (const std::byte byte : element.key.bytes()) text += fmt::format("{:02x}", std::to_integer<int>(byte));
    text += ':';
    for (const std::byte byte : element.data.bytes()) text += fmt::format("{:02x}", std::to_integer<int>(byte));
    return text;
  }

  Socket socket_ = value_of(Socket::open(NETLINK_ROUTE));
  Socket nf_tables_ = value_of(Socket::open(NETLINK_NETFILTER));
  Message message_;
  std::map<int, std::string> names_;
  std::set<std::string> lines_;
};

}  // namespace

std::set<std::string> kernel_snapshot() { return Snapshot().take(); }

}  // namespace weft::test

#include "backend/netlink_kernel.h"

#include "backend/kernel_errors.h"
#include "backend/kernel_links.h"
#include "backend/netlink/requests.h"
#include "backend/vxlan_device.h"

#include <algorithm>
#include <cerrno>

#include <linux/rtnetlink.h>

namespace weft {

using netlink::RouteRecord;

class NetlinkKernel::Run {
 public:
  Run(NetlinkKernel& kernel, std::span<const Operation> operations)
      : kernel_(kernel), operations_(operations), results_(operations.size()) {
    kernel_.batch_.clear();
  }

  OperationResults execute() {
    for (position_ = 0; position_ < operations_.size(); ++position_) {
      const Operation& operation = operations_[position_];
      std::visit([&](const auto& object) { edit(operation.verb, object); }, operation.object);
    }
    flush();
    return std::move(results_);
  }

 private:
  struct Name {
    std::string name;
    int index;  // 0: there is no such link
  };

  void edit(Verb verb, const Link& link) {
    flush();
    names_.clear();
    settle(position_,
           verb == Verb::put ? put_vxlan_device(kernel_.socket_, link) : remove_device(kernel_.socket_, link.name));
  }

  void edit(Verb verb, const LinkAddress& address) {
    const int link = index_of(address.link);
    if (link != 0) {
      send(verb, netlink::AddressRecord{.link = link, .address = address.address, .length = address.length});
    }
  }

  void edit(Verb verb, const Neighbour& neighbour) {
    const int link = index_of(neighbour.link);
    if (link != 0) {
      send(verb, netlink::NeighbourRecord{.link = link, .address = neighbour.address, .mac = neighbour.mac});
    }
  }

  // Removing empties the slot: the remote is not compared.
  void edit(Verb verb, const FdbEntry& entry) {
    const int link = index_of(entry.link);
    if (link == 0) return;
    netlink::FdbRecord record{.link = link, .mac = entry.mac};
    if (verb == Verb::put) record.remote = entry.remote;
    send(verb, record);
  }

  // Removing empties the slot: the gateway is not compared. The device is, so that a route somebody else has put
  // there in between stays.
  void edit(Verb verb, const Route& route) {
    const int link = route.link.empty() && verb == Verb::remove ? 0 : index_of(route.link);
    if (link == 0 && !route.link.empty()) return;
    RouteRecord record{.destination = route.destination, .metric = route.metric, .hop = {.link = link}};
    if (verb == Verb::put) {
      record.protocol = kRouteProtocol;
      record.hop.gateway = route.gateway;
      record.hop.onlink = route.onlink;
    } else if (route.metric == 0 && route.destination.is_v4() && !find_metric_zero(record)) {
      return;
    }
    send(verb, record);
  }

  // The kernel takes a deletion without metric for one of any metric, and would take our own route instead of an
  // older Flannel's when that has gone already. So such a route is looked up, and deleted by its protocol too.
  // False: it has gone.
  bool find_metric_zero(RouteRecord& record) {
    if (!metric_zero_) {
      netlink::write_dump_routes(kernel_.message_, Family::v4, RT_TABLE_MAIN);
      auto routes = kernel_.socket_.dump(kernel_.message_, [](netlink::MessageView view) {
        return netlink::parse_route(view).and_then(
            [](RouteRecord route) { return route.metric == 0 ? std::optional(std::move(route)) : std::nullopt; });
      });
      if (!routes) {
        settle(position_, std::unexpected(routes.error()));
        return false;
      }
      metric_zero_ = *std::move(routes);
    }
    const auto found = std::ranges::find_if(*metric_zero_, [&](const RouteRecord& route) {
      return route.destination == record.destination && (record.hop.link == 0 || route.hop.link == record.hop.link);
    });
    if (found == metric_zero_->end()) return false;
    record.protocol = found->protocol;
    return true;
  }

  template <class Record>
  void send(Verb verb, const Record& record) {
    if (verb == Verb::put) {
      netlink::write_put(kernel_.message_, record);
    } else {
      netlink::write_remove(kernel_.message_, record);
    }
    kernel_.batch_.add(kernel_.message_);
    pending_.push_back(position_);
    if (kernel_.batch_.full()) flush();
  }

  void flush() {
    const auto answers = kernel_.socket_.execute(kernel_.batch_);
    for (std::size_t i = 0; i < answers.size(); ++i) settle(pending_[i], answers[i]);
    kernel_.batch_.clear();
    pending_.clear();
  }

  void settle(std::size_t position, const Result<>& answer) {
    if (!answer) results_[position] = judge_error(operations_[position], answer.error());
  }

  // 0 when there is no such link; the operation at position_ is settled then.
  int index_of(const std::string& name) {
    auto known = std::ranges::find(names_, name, &Name::name);
    if (known == names_.end()) known = names_.insert(known, {.name = name, .index = ask_index(name)});
    if (known->index == 0) settle(position_, std::unexpected(Error{fmt::format("no device {}", name), ENODEV}));
    return known->index;
  }

  int ask_index(const std::string& name) {
    netlink::write_get_link(kernel_.message_, name);
    const auto reply = kernel_.socket_.get(kernel_.message_);
    const auto record = reply ? netlink::parse_link(reply->view()) : std::nullopt;
    return record ? record->index : 0;
  }

  NetlinkKernel& kernel_;
  std::span<const Operation> operations_;
  OperationResults results_;
  std::size_t position_ = 0;
  std::vector<std::size_t> pending_;  // positions of the requests in the batch
  std::vector<Name> names_;
  std::optional<std::vector<RouteRecord>> metric_zero_;
};

Result<NetlinkKernel> NetlinkKernel::open() {
  auto socket = netlink::Socket::open(NETLINK_ROUTE);
  if (!socket) return std::unexpected(socket.error());
  return NetlinkKernel(*std::move(socket));
}

OperationResults NetlinkKernel::apply(std::span<const Operation> operations) {
  return Run(*this, operations).execute();
}

}  // namespace weft

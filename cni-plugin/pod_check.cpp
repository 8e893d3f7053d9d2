#include "cni-plugin/pod_check.h"

#include "cni-plugin/link_requests.h"
#include "cni-plugin/link_view.h"

#include <algorithm>
#include <optional>

#include <net/if.h>

namespace weft::cni {

namespace {

using netlink::AddressRecord;
using netlink::Socket;

class Faults {
 public:
  void expect(bool there, std::string fault) {
    if (!there) list_.push_back(std::move(fault));
  }
  [[nodiscard]] std::vector<std::string> take() { return std::move(list_); }

 private:
  std::vector<std::string> list_;
};

void check_links(const PodLink& link, const LinkView& host, const LinkView& pod, Faults& faults) {
  faults.expect((host.link.flags & IFF_UP) != 0, fmt::format("{} on the host is down", link.host_name));
  faults.expect((pod.link.flags & IFF_UP) != 0, fmt::format("{} in the pod is down", link.pod_name));
  faults.expect(pod.link.mtu <= host.link.mtu, fmt::format("{} in the pod has an MTU of {}, its host end {} only of {}",
                                                           link.pod_name, pod.link.mtu, link.host_name, host.link.mtu));
}

void check_pod_end(const PodLink& link, const PodAddress& own, const LinkView& host, const LinkView& pod,
                   Faults& faults) {
  const std::string by = own.gateway.to_string();
  faults.expect(pod.has_address(own.address),
                fmt::format("{} in the pod lacks the address {}", link.pod_name, own.address.to_string()));
  const IpPrefix everything = IpPrefix::containing(own.gateway, 0);
  faults.expect(pod.has_route(everything, own.gateway) || pod.has_route_elsewhere(everything),
                fmt::format("the pod has no default route by {} on {}", by, link.pod_name));
  if (!own.routed()) return;
  faults.expect(pod.has_permanent_neighbour(own.gateway, host.link.mac),
                fmt::format("the pod has no permanent neighbour entry for {} with {}'s address", by, link.host_name));
}

void check_route_to_pod(const PodLink& link, const PodAddress& own, const LinkView& host, const LinkView& pod,
                        Faults& faults) {
  const std::string name = own.address.to_string();
  faults.expect(host.has_route(host_prefix(own.address), std::nullopt),
                fmt::format("the host has no route to {} by {}", name, link.host_name));
  faults.expect(host.has_permanent_neighbour(own.address, pod.link.mac),
                fmt::format("the host has no permanent neighbour entry for {} with the pod's address", name));
}

void check_port(const PodLink& link, const LinkView& bridge, const LinkView& host, Faults& faults) {
  const std::string& name = bridge.link.name;
  faults.expect((bridge.link.flags & IFF_UP) != 0, fmt::format("bridge {} is down", name));
  faults.expect(host.link.master == bridge.link.index,
                fmt::format("{} on the host is no port of bridge {}", link.host_name, name));
  faults.expect(
      host.link.hairpin || host.link.master == 0,
      fmt::format("{} on the host has no hairpin: the pod cannot reach itself through a Service", link.host_name));
}

// Gives each address the gateway that the bridge has for it; addresses without one are left out.
void find_gateways(PodLink& link, const LinkView& bridge, Faults& faults) {
  std::vector<PodAddress> found;
  for (const PodAddress& own : link.addresses) {
    const auto record = std::find_if(bridge.addresses.begin(), bridge.addresses.end(), [&own](const AddressRecord& r) {
      return r.address.family() == own.address.family() &&
             IpPrefix::containing(r.address, r.length).contains(own.address);
    });
    const bool there = record != bridge.addresses.end();
    faults.expect(there,
                  fmt::format("bridge {} has no gateway address for {}", bridge.link.name, own.address.to_string()));
    if (there) found.push_back({own.address, record->length, record->address});
  }
  link.addresses = std::move(found);
}

Result<> check_bridge(Socket& host, const std::string& name, PodLink& link, const LinkView& host_end, Faults& faults) {
  const auto answer = read_link_view(host, name);
  if (!answer) return std::unexpected(answer.error());
  const auto& bridge = *answer;
  faults.expect(bridge.has_value(), fmt::format("there is no bridge {} on the host", name));
  if (!bridge) {
    link.addresses.clear();
    return {};
  }
  check_port(link, *bridge, host_end, faults);
  find_gateways(link, *bridge, faults);
  return {};
}

}  // namespace

Result<std::vector<std::string>> find_faults(Socket& host, const Netns& pod, PodLink link) {
  auto pod_socket = pod.visit([] { return Socket::open(NETLINK_ROUTE); });
  if (!pod_socket) return std::unexpected(pod_socket.error());
  const auto host_answer = read_link_view(host, link.host_name);
  if (!host_answer) return std::unexpected(host_answer.error());
  const auto pod_answer = read_link_view(*pod_socket, link.pod_name);
  if (!pod_answer) return std::unexpected(pod_answer.error());
  const std::optional<LinkView>& host_end = *host_answer;
  const std::optional<LinkView>& pod_end = *pod_answer;

  Faults faults;
  faults.expect(host_end.has_value(), fmt::format("there is no link {} on the host", link.host_name));
  faults.expect(pod_end.has_value(), fmt::format("there is no link {} in the pod", link.pod_name));
  if (!host_end || !pod_end) return faults.take();
  check_links(link, *host_end, *pod_end, faults);
  if (link.bridge) {
    if (const auto read = check_bridge(host, link.bridge->name, link, *host_end, faults); !read)
      return std::unexpected(read.error());
  }
  for (const PodAddress& own : link.addresses) {
    check_pod_end(link, own, *host_end, *pod_end, faults);
    if (!link.bridge) check_route_to_pod(link, own, *host_end, *pod_end, faults);
  }
  return faults.take();
}

}  // namespace weft::cni

#include "cni-plugin/pod_ready.h"

#include "backend/netlink/find_link.h"
#include "backend/netlink/listener.h"
#include "backend/netlink/requests.h"

#include <array>
#include <cerrno>
#include <chrono>

#include <linux/rtnetlink.h>
#include <net/if.h>
#include <poll.h>

namespace weft::cni {

namespace {

using netlink::Listener;
using netlink::Message;
using netlink::Socket;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kLimit{2};
constexpr std::array kGroups = {int{RTNLGRP_LINK}, int{RTNLGRP_IPV6_ROUTE}};

Result<bool> is_running(Socket& socket, const std::string& name) {
  const auto link = netlink::get_link(socket, name);
  if (!link) return std::unexpected(link.error());
  return (link->flags & IFF_RUNNING) != 0;
}

Result<bool> is_local(Socket& socket, const IpAddress& address) {
  Message message;
  netlink::write_get_route(message, address);
  const auto reply = socket.get(message);
  if (!reply) return fail_with("route to " + address.to_string(), reply.error());
  const auto route = netlink::parse_route(reply->view());
  return route && route->type == RTN_LOCAL;
}

Result<bool> is_ready(Socket& socket, const PodLink& link) {
  Result<bool> ready = is_running(socket, link.pod_name);
  for (const PodAddress& own : link.addresses) {
    if (!ready || !*ready) break;
    ready = is_local(socket, own.address);
  }
  return ready;
}

// Returns when the kernel has told something, or at `end`. What it told does not matter: it is asked again.
Result<> wait_for_news(Listener& listener, Clock::time_point end) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now());
  pollfd poll{.fd = listener.fd(), .events = POLLIN, .revents = 0};
  if (::poll(&poll, 1, static_cast<int>(left.count())) < 0) return fail_errno("wait for the pod's link", errno);
  while (true) {
    const auto news = listener.next();
    if (news && !news->has_value()) return {};
    // Notifications that got lost are news, too.
    if (!news && news.error().code != ENOBUFS && news.error().code != EMSGSIZE) return std::unexpected(news.error());
  }
}

}  // namespace

Result<> await_pod_ready(Socket& socket, const Netns& pod, const PodLink& link) {
  auto ready = is_ready(socket, link);
  if (ready && *ready) return {};
  auto listener = pod.visit([] { return Listener::open(NETLINK_ROUTE, kGroups, {}); });
  if (!listener) return std::unexpected(listener.error());
  const auto end = Clock::now() + kLimit;
  while (Clock::now() < end) {
    ready = is_ready(socket, link);
    if (!ready) return std::unexpected(ready.error());
    if (*ready) return {};
    if (const auto waited = wait_for_news(*listener, end); !waited) return waited;
  }
  return {};
}

}  // namespace weft::cni

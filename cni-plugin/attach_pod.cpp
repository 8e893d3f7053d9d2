#include "cni-plugin/attach_pod.h"

#include "backend/netlink/find_link.h"
#include "cni-plugin/bridge.h"
#include "cni-plugin/link_requests.h"
#include "cni-plugin/pod_end.h"
#include "cni-plugin/pod_ready.h"
#include "cni-plugin/ptp.h"

#include <cerrno>

namespace weft::cni {

namespace {

using netlink::Message;
using netlink::Socket;

Result<> configure(Socket& host, const Netns& pod, const PodLink& link) {
  auto inside = pod.visit([&link] { return open_in_pod(link); });
  if (!inside) return std::unexpected(inside.error());
  if (const auto done = configure_pod_end(*inside, link); !done) return done;
  const auto done =
      link.bridge ? bridge::configure_host_end(host, link, *link.bridge) : ptp::configure_host_end(host, link);
  if (!done) return done;
  return await_pod_ready(*inside, pod, link);
}

}  // namespace

Result<> attach_pod(Socket& host, const Netns& pod, const PodLink& link) {
  Message message;
  write_veth(message, link, pod.fd());
  Result<> done = host.request(message);
  if (!done) done = fail_with(fmt::format("create {} with {} in the pod", link.host_name, link.pod_name), done.error());
  // It is somebody else's, then, and stays.
  if (!done && done.error().code == EEXIST) return done;
  if (done) done = configure(host, pod, link);
  if (!done) {
    // Also when creating it has failed: the kernel may have done it, and only its answer got lost.
    [[maybe_unused]] const auto removed = detach_pod(host, link.host_name);  // the first error is the one to tell
  }
  return done;
}

Result<> detach_pod(Socket& host, const std::string& host_name) {
  Message message;
  write_remove_link(message, host_name);
  const auto removed = host.request(message);
  if (!removed && removed.error().code != ENODEV) return fail_with("remove " + host_name, removed.error());
  return {};
}

Result<bool> is_attached(Socket& host, const std::string& host_name) {
  const auto link = netlink::find_link(host, host_name);
  if (!link) return std::unexpected(link.error());
  return link->has_value();
}

}  // namespace weft::cni

// The floor of attaching a pod: the same kernel objects as mode "ptp" over IPv4, by nothing but system calls, from a
// program that is started for it. No checks, no ledger, no JSON, no waiting: less cannot be done.
//
// Deliberately shares no code with the plugin. Environment: CNI_NETNS, CNI_IFNAME, FLOOR_HOST (the host end's name),
// FLOOR_ADDRESS (four numbers). Exit status 1 and errno's text where the kernel refuses.
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <initializer_list>

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

constexpr unsigned char kHostMac[6] = {0x0a, 0x58, 0, 0, 0, 1};
constexpr unsigned char kPodMac[6] = {0x0a, 0x58, 0, 0, 0, 2};
constexpr std::uint32_t kMtu = 1450;

[[noreturn]] void die(const char* what) {
  std::perror(what);
  ::_exit(1);
}

class Requests {
 public:
  Requests() : fd_(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE)) {
    if (fd_ < 0) die("socket");
  }

  template <class Header>
  void start(std::uint16_t type, std::uint16_t flags, const Header& header) {
    message_ = used_;
    nlmsghdr head{};
    head.nlmsg_type = type;
    head.nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | NLM_F_ACK | flags);
    put(&head, sizeof head);
    put(&header, sizeof header);
    ++count_;
  }
  void add(std::uint16_t type, const void* data, std::size_t size) {
    rtattr attribute{};
    attribute.rta_len = static_cast<unsigned short>(RTA_LENGTH(size));
    attribute.rta_type = type;
    std::memcpy(buffer_ + used_, &attribute, sizeof attribute);
    std::memcpy(buffer_ + used_ + RTA_LENGTH(0), data, size);
    used_ += RTA_SPACE(size);
    close_message();
  }
  std::size_t nest(std::uint16_t type) {
    const std::size_t start = used_;
    add(type, "", 0);
    return start;
  }
  void end(std::size_t start) {
    reinterpret_cast<rtattr*>(buffer_ + start)->rta_len = static_cast<unsigned short>(used_ - start);
  }
  template <class Value>
  void put(const Value* value, std::size_t size) {
    std::memcpy(buffer_ + used_, value, size);
    used_ += NLMSG_ALIGN(size);
    close_message();
  }

  void send() {
    if (::send(fd_, buffer_, used_, 0) < 0) die("send");
    used_ = 0;
    for (; count_ > 0; --count_) {
      char answer[4096];
      if (::recv(fd_, answer, sizeof answer, 0) < 0) die("recv");
      const auto* error = reinterpret_cast<const nlmsgerr*>(answer + NLMSG_HDRLEN);
      if (error->error == 0) continue;
      errno = -error->error;
      die("request");
    }
  }

 private:
  void close_message() {
    reinterpret_cast<nlmsghdr*>(buffer_ + message_)->nlmsg_len = static_cast<std::uint32_t>(used_ - message_);
  }

  int fd_;
  int count_ = 0;
  std::size_t message_ = 0;
  std::size_t used_ = 0;
  alignas(nlmsghdr) char buffer_[4096];
};

void create_pair(Requests& host, const char* host_name, const char* pod_name, int pod) {
  host.start(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, ifinfomsg{});
  host.add(IFLA_IFNAME, host_name, std::strlen(host_name) + 1);
  host.add(IFLA_MTU, &kMtu, sizeof kMtu);
  host.add(IFLA_ADDRESS, kHostMac, sizeof kHostMac);
  const auto info = host.nest(IFLA_LINKINFO);
  host.add(IFLA_INFO_KIND, "veth", 5);
  const auto data = host.nest(IFLA_INFO_DATA);
  const auto peer = host.nest(VETH_INFO_PEER);
  const ifinfomsg header{};
  host.put(&header, sizeof header);
  host.add(IFLA_IFNAME, pod_name, std::strlen(pod_name) + 1);
  host.add(IFLA_MTU, &kMtu, sizeof kMtu);
  host.add(IFLA_ADDRESS, kPodMac, sizeof kPodMac);
  host.add(IFLA_NET_NS_FD, &pod, sizeof pod);
  for (const auto start : {peer, data, info}) host.end(start);
  host.send();
}

void up(Requests& requests, int index) {
  ifinfomsg header{};
  header.ifi_index = index;
  header.ifi_flags = header.ifi_change = IFF_UP;
  requests.start(RTM_NEWLINK, 0, header);
}

void route(Requests& requests, int index, std::uint32_t to, unsigned char length, const std::uint32_t* gateway) {
  rtmsg header{};
  header.rtm_family = AF_INET;
  header.rtm_dst_len = length;
  header.rtm_table = RT_TABLE_MAIN;
  header.rtm_protocol = RTPROT_STATIC;
  header.rtm_scope = gateway == nullptr ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE;
  header.rtm_type = RTN_UNICAST;
  requests.start(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, header);
  if (length > 0) requests.add(RTA_DST, &to, sizeof to);
  requests.add(RTA_OIF, &index, sizeof index);
  if (gateway != nullptr) requests.add(RTA_GATEWAY, gateway, sizeof *gateway);
}

void neighbour(Requests& requests, int index, std::uint32_t address, const unsigned char* mac) {
  ndmsg header{};
  header.ndm_family = AF_INET;
  header.ndm_ifindex = index;
  header.ndm_state = NUD_PERMANENT;
  requests.start(RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_REPLACE, header);
  requests.add(NDA_DST, &address, sizeof address);
  requests.add(NDA_LLADDR, mac, 6);
}

void configure_pod(const char* name, std::uint32_t address, std::uint32_t gateway) {
  const int index = static_cast<int>(::if_nametoindex(name));
  Requests pod;
  ifaddrmsg header{};
  header.ifa_family = AF_INET;
  header.ifa_prefixlen = 32;
  header.ifa_index = static_cast<std::uint32_t>(index);
  pod.start(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, header);
  pod.add(IFA_LOCAL, &address, sizeof address);
  up(pod, index);
  route(pod, index, gateway, 32, nullptr);
  route(pod, index, 0, 0, &gateway);
  neighbour(pod, index, gateway, kHostMac);
  pod.send();
}

}  // namespace

int main() {
  const char* netns = std::getenv("CNI_NETNS");
  const char* pod_name = std::getenv("CNI_IFNAME");
  const char* host_name = std::getenv("FLOOR_HOST");
  const char* text = std::getenv("FLOOR_ADDRESS");
  if (netns == nullptr || pod_name == nullptr || host_name == nullptr || text == nullptr) return 2;
  const std::uint32_t address = ::inet_addr(text);
  const std::uint32_t gateway = ::inet_addr("169.254.1.1");
  const int home = ::open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
  const int pod = ::open(netns, O_RDONLY | O_CLOEXEC);
  if (home < 0 || pod < 0) die("open");

  Requests host;
  create_pair(host, host_name, pod_name, pod);
  if (::setns(pod, CLONE_NEWNET) != 0) die("setns");
  configure_pod(pod_name, address, gateway);
  if (::setns(home, CLONE_NEWNET) != 0) die("setns");
  const int index = static_cast<int>(::if_nametoindex(host_name));
  up(host, index);
  route(host, index, address, 32, nullptr);
  neighbour(host, index, address, kPodMac);
  host.send();
}

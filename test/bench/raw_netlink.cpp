#include "test/bench/raw_netlink.h"

#include <cerrno>
#include <cstring>
#include <system_error>

#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <unistd.h>

namespace weft::bench {

namespace {

constexpr std::size_t kBatch = 128;

[[noreturn]] void throw_errno(int code, const char* what) {
  throw std::system_error(code, std::generic_category(), what);
}

}  // namespace

RawProgrammer::RawProgrammer(int device) : device_(device), fd_(open_socket()), buffer_(kBatch * 256) {
  sockaddr_nl address{};
  socklen_t length = sizeof address;
  if (::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &length) != 0) throw_errno(errno, "getsockname");
  port_ = address.nl_pid;
}

RawProgrammer::~RawProgrammer() { ::close(fd_); }

int RawProgrammer::open_socket() {
  const int fd = ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  if (fd < 0) throw_errno(errno, "socket");
  const int on = 1;
  (void)::setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof on);
  (void)::setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof on);
  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  if (::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) throw_errno(errno, "bind");
  return fd;
}

void RawProgrammer::add_attribute(std::uint16_t type, const void* data, std::size_t size) {
  rtattr attribute{};
  attribute.rta_len = static_cast<unsigned short>(RTA_LENGTH(size));
  attribute.rta_type = type;
  std::memcpy(&buffer_[used_], &attribute, sizeof attribute);
  std::memcpy(&buffer_[used_ + RTA_LENGTH(0)], data, size);
  used_ += RTA_SPACE(size);
}

void RawProgrammer::append(Kind kind, const RawPeer& peer) {
  start_ = used_;
  nlmsghdr head{};
  head.nlmsg_type = kind == Kind::route ? RTM_NEWROUTE : RTM_NEWNEIGH;
  head.nlmsg_flags = NLM_F_REQUEST | NLM_F_CREATE | NLM_F_REPLACE;
  head.nlmsg_seq = ++sequence_;
  used_ += NLMSG_HDRLEN;
  if (kind == Kind::route) {
    rtmsg route{};
    route.rtm_family = AF_INET;
    route.rtm_dst_len = 24;
    route.rtm_table = RT_TABLE_MAIN;
    route.rtm_protocol = 87;
    route.rtm_type = RTN_UNICAST;
    route.rtm_flags = RTNH_F_ONLINK;
    std::memcpy(&buffer_[used_], &route, sizeof route);
    used_ += NLMSG_ALIGN(sizeof route);
    add_attribute(RTA_DST, &peer.subnet, 4);
    add_attribute(RTA_PRIORITY, &peer.metric, 4);
    add_attribute(RTA_OIF, &device_, 4);
    add_attribute(RTA_GATEWAY, &peer.subnet, 4);
  } else {
    ndmsg neighbour{};
    neighbour.ndm_family = kind == Kind::fdb ? AF_BRIDGE : AF_INET;
    neighbour.ndm_ifindex = device_;
    neighbour.ndm_state = NUD_PERMANENT;
    neighbour.ndm_flags = kind == Kind::fdb ? NTF_SELF : 0;
    std::memcpy(&buffer_[used_], &neighbour, sizeof neighbour);
    used_ += NLMSG_ALIGN(sizeof neighbour);
    add_attribute(NDA_DST, kind == Kind::fdb ? &peer.remote : &peer.subnet, 4);
    add_attribute(NDA_LLADDR, peer.mac.data(), peer.mac.size());
  }
  head.nlmsg_len = static_cast<std::uint32_t>(used_ - start_);
  std::memcpy(&buffer_[start_], &head, sizeof head);
  ++count_;
}

void RawProgrammer::flush(int fd) {
  if (count_ == 0) return;
  reinterpret_cast<nlmsghdr*>(&buffer_[start_])->nlmsg_flags |= NLM_F_ACK;
  if (::send(fd, buffer_.data(), used_, 0) < 0) throw_errno(errno, "send");
  char answer[8192];
  const ssize_t length = ::recv(fd, answer, sizeof answer, 0);
  if (length < static_cast<ssize_t>(NLMSG_LENGTH(sizeof(nlmsgerr)))) throw_errno(EBADMSG, "recv");
  const auto* error = reinterpret_cast<const nlmsgerr*>(answer + NLMSG_HDRLEN);
  if (error->error != 0) throw_errno(-error->error, "request");
  used_ = 0;
  count_ = 0;
}

void RawProgrammer::program_in_batches(std::span<const RawPeer> peers) {
  for (const Kind kind : {Kind::neighbour, Kind::fdb, Kind::route}) {
    for (const RawPeer& peer : peers) {
      append(kind, peer);
      if (count_ == kBatch) flush(fd_);
    }
  }
  flush(fd_);
}

void RawProgrammer::program_with_fresh_sockets(std::span<const RawPeer> peers) {
  for (const RawPeer& peer : peers) {
    for (const Kind kind : {Kind::neighbour, Kind::fdb, Kind::route}) {
      append(kind, peer);
      const int fd = open_socket();
      flush(fd);
      ::close(fd);
    }
  }
}

}  // namespace weft::bench

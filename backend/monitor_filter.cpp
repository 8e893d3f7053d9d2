#include "backend/monitor_filter.h"

#include "backend/ownership.h"

#include <cstddef>
#include <cstdlib>
#include <initializer_list>

#include <arpa/inet.h>
#include <linux/filter.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

namespace weft {

namespace {

constexpr std::size_t kMaxLinks = 16;
constexpr std::uint32_t kPayload = NLMSG_HDRLEN;
constexpr std::uint32_t kAccept = 0xffffffff;
constexpr std::uint32_t kDrop = 0;

// BPF loads network order, and netlink is in host order: constants are swapped instead.
std::uint32_t as_loaded(std::uint16_t value) { return htons(value); }
std::uint32_t as_loaded(std::uint32_t value) { return htonl(value); }

// A program of straight tests; each jumps over the next instruction or not, so no distance has to be counted.
class Program {
 public:
  void load_word(std::size_t offset) { load(BPF_W, offset); }
  void load_half(std::size_t offset) { load(BPF_H, offset); }
  void load_byte(std::size_t offset) { load(BPF_B, offset); }

  void return_value(std::uint32_t value) { code_.push_back(BPF_STMT(BPF_RET | BPF_K, value)); }
  void return_if(std::uint32_t loaded, std::uint32_t value) {
    code_.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, loaded, 0, 1));
    return_value(value);
  }

  // Runs `block`, which must end in a return, only if the loaded value is one of `values`.
  template <class Block>
  void when_one_of(std::initializer_list<std::uint32_t> values, Block block) {
    Program inner;
    block(inner);
    std::size_t tests_left = values.size();
    for (const auto value : values) {
      --tests_left;
      const bool last = tests_left == 0;
      code_.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, static_cast<std::uint8_t>(tests_left),
                               static_cast<std::uint8_t>(last ? inner.code_.size() : 0)));
    }
    code_.insert(code_.end(), inner.code_.begin(), inner.code_.end());
  }

  std::vector<sock_filter> take() { return std::move(code_); }

 private:
  void load(int size, std::size_t offset) {
    code_.push_back(BPF_STMT(static_cast<std::uint16_t>(BPF_LD | BPF_ABS | size), static_cast<std::uint32_t>(offset)));
  }

  std::vector<sock_filter> code_;
};

// Accepts everything of the main table but host routes; 32 bits are a host of IPv4 but a large block of IPv6.
void judge_main_route(Program& program) {
  program.load_byte(kPayload + offsetof(rtmsg, rtm_dst_len));
  program.return_if(128, kDrop);
  program.when_one_of({32}, [](Program& length_32) {
    length_32.load_byte(kPayload + offsetof(rtmsg, rtm_family));
    length_32.return_if(AF_INET, kDrop);
    length_32.return_value(kAccept);
  });
  program.return_value(kAccept);
}

void judge_route(Program& program) {
  program.load_byte(kPayload + offsetof(rtmsg, rtm_protocol));
  program.return_if(kRouteProtocol, kAccept);
  program.load_byte(kPayload + offsetof(rtmsg, rtm_table));
  program.when_one_of({RT_TABLE_MAIN}, judge_main_route);
  program.return_value(kDrop);
}

void judge_neighbour(Program& program, std::span<const int> own_links) {
  program.load_word(kPayload + offsetof(ndmsg, ndm_ifindex));
  for (const int link : own_links) program.return_if(as_loaded(static_cast<std::uint32_t>(link)), kAccept);
  program.return_value(kDrop);
}

}  // namespace

std::vector<sock_filter> monitor_filter(std::uint32_t own_port, std::span<const int> own_links) {
  if (own_links.size() > kMaxLinks) std::abort();
  Program program;
  program.load_half(offsetof(nlmsghdr, nlmsg_type));
  // Before the port id: the listener must learn the index of a device we make ourselves.
  program.return_if(as_loaded(std::uint16_t{RTM_NEWLINK}), kAccept);
  program.return_if(as_loaded(std::uint16_t{RTM_DELLINK}), kAccept);
  program.load_word(offsetof(nlmsghdr, nlmsg_pid));
  program.return_if(as_loaded(own_port), kDrop);
  program.load_half(offsetof(nlmsghdr, nlmsg_type));
  program.when_one_of({as_loaded(std::uint16_t{RTM_NEWROUTE}), as_loaded(std::uint16_t{RTM_DELROUTE})}, judge_route);
  program.when_one_of({as_loaded(std::uint16_t{RTM_NEWNEIGH})}, [&](Program& added) {
    added.load_byte(kPayload + offsetof(ndmsg, ndm_family));
    added.return_if(AF_BRIDGE, kDrop);
    judge_neighbour(added, own_links);
  });
  program.when_one_of({as_loaded(std::uint16_t{RTM_DELNEIGH})},
                      [&](Program& removed) { judge_neighbour(removed, own_links); });
  program.return_value(kAccept);
  return program.take();
}

}  // namespace weft

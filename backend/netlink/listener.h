// A netlink socket that hears what others, and the kernel itself, change.
//
// Owns: the descriptor (close-on-exec, read without blocking) and one receive buffer. Threading: one thread at a time.
// Errors of next(): ENOBUFS and EMSGSIZE say that notifications were lost: what is known is stale, dump again; the
// listener carries on. Everything else is fatal for it.
#pragma once

#include "subnet/result.h"
#include "subnet/unique_fd.h"

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include <linux/filter.h>

namespace weft::netlink {

class Listener {
 public:
  // `groups`: RTNLGRP_… or NFNLGRP_…; `filter`: classic BPF over each datagram, attached before the first one can
  // arrive (an empty one would accept all).
  [[nodiscard]] static Result<Listener> open(int protocol, std::span<const int> groups,
                                             std::span<const sock_filter> filter);

  // Replaces the filter; there is no moment without one.
  [[nodiscard]] Result<> set_filter(std::span<const sock_filter> filter);

  // The next datagram, valid until the next call; nullopt: none is waiting.
  [[nodiscard]] Result<std::optional<std::span<const std::byte>>> next();

  [[nodiscard]] int fd() const { return fd_.get(); }  // to wait on; stays ours

 private:
  explicit Listener(UniqueFd fd);

  UniqueFd fd_;
  std::vector<std::byte> buffer_;
};

}  // namespace weft::netlink

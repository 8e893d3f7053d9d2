// NLMSG_ERROR: the kernel's answer to a request, success included; and what a batch's answers say together.
#pragma once

#include "backend/netlink/message_view.h"
#include "subnet/result.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace weft::netlink {

// The errno in a message from the kernel, where errors are negative: 0 for success, EBADMSG for what is neither.
[[nodiscard]] int errno_of(int error);

// `view` is of type NLMSG_ERROR. Success when its error is 0; else the errno as Error::code and a message made of
// its text and the extended acknowledgement's, where there is one: "Invalid argument (Nexthop has invalid gateway)".
// On the wire errors are negative; anything else that is not 0 is a malformed message (EBADMSG).
[[nodiscard]] Result<> parse_acknowledgement(MessageView view);

// The results of requests numbered first, first + 1 …, of which only the last asked for an acknowledgement: sans-IO.
// A failed request is always reported. The kernel works in order, so the answer to the last one, success or error,
// proves that the silent ones before it succeeded.
class Acknowledgements {
 public:
  // `count` is not 0.
  Acknowledgements(std::uint32_t first_sequence, std::size_t count) : first_(first_sequence), results_(count) {}

  void read(std::span<const std::byte> datagram);
  [[nodiscard]] bool complete() const { return complete_; }

  // The last answer is not coming: whatever was not reported as failed may have been done or not, so it fails with
  // `cause`, and the caller must look again.
  void give_up(const Error& cause);

  [[nodiscard]] std::vector<Result<>> take() { return std::move(results_); }

 private:
  std::uint32_t first_;
  std::vector<Result<>> results_;
  bool complete_ = false;
};

}  // namespace weft::netlink

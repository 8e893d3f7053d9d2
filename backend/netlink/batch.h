// Up to 128 requests that go to the kernel in one sendmsg(2).
//
// Owns: one buffer, re-used after clear(). Threading: one thread at a time.
// 128 because the default receive buffer overflows at 257 answers, and larger batches gain nothing (measured);
// the kernel holds the caller, and the RTNL lock, for the whole batch.
#pragma once

#include "backend/netlink/message.h"

#include <cstddef>
#include <span>
#include <vector>

namespace weft::netlink {

class Batch {
 public:
  static constexpr std::size_t kCapacity = 128;

  void add(const Message& message);  // copies; not when full()
  void clear();

  [[nodiscard]] std::size_t size() const { return offsets_.size(); }
  [[nodiscard]] bool empty() const { return offsets_.empty(); }
  [[nodiscard]] bool full() const { return offsets_.size() >= kCapacity; }

  // Numbers the requests first, first + 1 … and asks for an acknowledgement of the last one only.
  void seal(std::uint32_t first_sequence);
  [[nodiscard]] std::span<const std::byte> bytes() const { return bytes_; }

 private:
  std::vector<std::byte> bytes_;
  std::vector<std::size_t> offsets_;
};

}  // namespace weft::netlink

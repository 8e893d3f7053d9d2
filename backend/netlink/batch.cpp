#include "backend/netlink/batch.h"

#include <cstdlib>

#include <linux/netlink.h>

namespace weft::netlink {

void Batch::add(const Message& message) {
  if (full()) std::abort();
  const auto bytes = message.bytes();
  offsets_.push_back(bytes_.size());
  bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  bytes_.resize(NLMSG_ALIGN(bytes_.size()));
}

void Batch::clear() {
  bytes_.clear();
  offsets_.clear();
}

void Batch::seal(std::uint32_t first_sequence) {
  for (std::size_t i = 0; i < offsets_.size(); ++i) {
    auto* header = reinterpret_cast<nlmsghdr*>(bytes_.data() + offsets_[i]);
    header->nlmsg_seq = first_sequence + static_cast<std::uint32_t>(i);
    const bool last = i + 1 == offsets_.size();
    header->nlmsg_flags =
        static_cast<std::uint16_t>(last ? header->nlmsg_flags | NLM_F_ACK : header->nlmsg_flags & ~NLM_F_ACK);
  }
}

}  // namespace weft::netlink

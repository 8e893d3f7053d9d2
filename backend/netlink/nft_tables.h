// Families of nf_tables tables.
#pragma once

#include <cstdint>

namespace weft::netlink::nft {

// By their numbers in the kernel: NFPROTO_… of linux/netfilter.h, which cannot be included beside the C library's
// headers.
enum class Tables : std::uint8_t { inet = 1, bridge = 7 };

}  // namespace weft::netlink::nft

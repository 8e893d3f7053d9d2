// What the plugin tells the runtime when it cannot do what was asked: CNI spec 1.1.0, section "Error".
#pragma once

#include "subnet/result.h"

#include <expected>
#include <string>
#include <utility>

namespace weft::cni {

// 0–99 are the specification's, from 100 on ours. Never given here: 3 (container unknown), because it tells the
// runtime that no DEL is needed.
enum class Code : unsigned {
  incompatible_version = 1,
  unsupported_field = 2,
  invalid_environment = 4,
  io_failure = 5,
  decode_failure = 6,
  invalid_configuration = 7,
  invalid_netns = 8,  // not in the specification's table; libcni's, for a CNI_NETNS that is the plugin's own
  try_again_later = 11,
  not_available = 50,
  limited_connectivity = 51,  // not available, and the pods that are there may not reach other nodes
  kernel = 100,               // a netlink request, a sysctl or the address ledger failed
  addresses_exhausted = 101,
  already_attached = 102,
  check_failed = 103,
  port_taken = 104,
  address_taken = 105,
};

struct Failure {
  Code code = Code::kernel;
  std::string message;
  std::string details;

  friend bool operator==(const Failure&, const Failure&) = default;
};

template <class T = void>
using Outcome = std::expected<T, Failure>;

template <class... Args>
[[nodiscard]] std::unexpected<Failure> refuse(Code code, fmt::format_string<Args...> format, Args&&... args) {
  return std::unexpected(Failure{code, fmt::format(format, std::forward<Args>(args)...), ""});
}

[[nodiscard]] inline std::unexpected<Failure> refuse_with(Code code, std::string_view context, const Error& cause) {
  return std::unexpected(Failure{code, fmt::format("{}: {}", context, cause.message), ""});
}

}  // namespace weft::cni

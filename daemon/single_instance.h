// One daemon a network namespace.
//
// An abstract unix socket belongs to the network namespace and vanishes with its process, so neither a different
// --run-dir nor a crash can defeat it. Two daemons in one namespace would undo each other's routes for ever.
#pragma once

#include "subnet/result.h"
#include "subnet/unique_fd.h"

#include <string_view>
#include <utility>
#include <variant>

#include <sys/types.h>

namespace weft {

inline constexpr std::string_view kInstanceName = "weft";

// Held as long as it lives.
class SingleInstance {
 public:
  // Another process holds it; its pid is 0 when it lives in a pid namespace that we cannot see into.
  struct Holder {
    pid_t pid = 0;
  };
  [[nodiscard]] static Result<std::variant<SingleInstance, Holder>> acquire(std::string_view name = kInstanceName);

 private:
  explicit SingleInstance(UniqueFd fd) : fd_(std::move(fd)) {}

  UniqueFd fd_;
};

}  // namespace weft

// Asks the running daemon over its unix socket.
#pragma once

#include "subnet/result.h"

#include <string>

namespace weft {

struct LocalAnswer {
  int status = 0;
  std::string body;
};

// GET `target` from the daemon behind `socket_path`; at most 15 s and 256 MiB.
// The error says whether no daemon runs there or we may not ask it (code EACCES).
[[nodiscard]] Result<LocalAnswer> ask_daemon(const std::string& socket_path, const std::string& target);

}  // namespace weft

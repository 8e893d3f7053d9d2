// What a weftd process tells whoever started it. docs/operations.md documents these for users.
#pragma once

namespace weft {

enum ExitCode : int {
  kExitOk = 0,
  kExitFailed = 1,          // something that none of the others says
  kExitUsage = 2,           // wrong flags
  kExitConfiguration = 3,   // net-conf.json, kubeconfig or a value in them; no retry can help
  kExitPermission = 4,      // CAP_NET_ADMIN is missing, or a directory or the socket may not be used
  kExitAlreadyRunning = 5,  // another daemon serves this network namespace
  kExitUnavailable = 6,     // debug and cleanup: no daemon or no API server answers
};

}  // namespace weft

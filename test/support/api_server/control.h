// The /test/ endpoints: everything a test may do to the server, for drivers in other languages. All arguments are
// query parameters; answers are JSON; a bad argument is a 400 that names it. No authentication.
//
//   GET    /test/state                 revision, compacted, nodes, connections, watches, faults, requests
//   POST   /test/nodes?count=&first=&prefix=&images=&lease=&ipv6=&pod_cidr=    synthetic nodes (synthetic.h)
//   DELETE /test/nodes?prefix=
//   POST   /test/touch?count=&start=   heartbeats
//   POST   /test/fault?action=&verb=&resource=&name=&agent=&skip=&count=&code=&retry_after=&delay_ms=   (faults.h)
//   DELETE /test/fault                 all of them
//   POST   /test/behaviour?watch_list=&stale=&stall=&bookmark_ms=&cut=&random_cut=     (api.h; stale=off)
//   POST   /test/compact?revision=     history is gone up to there (default: the present)
//   POST   /test/restore?revision=     the store goes back, as an etcd restored from a backup; ends all connections
//   POST   /test/disconnect            ends all connections
//   POST   /test/refuse?ms=            ends all connections and refuses new ones for so long
//   POST   /test/users?token=&name=&allow=verb:resource,…      DELETE /test/users?token=
//   DELETE /test/requests              counts from zero
#pragma once

#include "test/support/api_server/session.h"

#include <chrono>
#include <functional>

namespace weft::test {

// What the control needs from the server beyond `Shared`.
struct ControlHooks {
  std::function<void()> disconnect;  // all connections, after the answer is out
  std::function<void(std::chrono::milliseconds)> refuse;
};

[[nodiscard]] Reply handle_control(const HttpRequest& request, Shared& shared, const ControlHooks& hooks);

}  // namespace weft::test

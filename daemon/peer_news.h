// What has changed in the verdicts on peers since the last run: each rejection and each conflict is news once.
#pragma once

#include "backend/route_conflict.h"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace weft {

class PeerNews {
 public:
  struct News {
    std::vector<const PeerVerdict*> rejected;     // newly, or for another reason; into `verdicts`
    std::vector<std::string> accepted;            // nodes that had been rejected and are routed now
    std::vector<const RouteConflict*> conflicts;  // into `conflicts`
  };

  // Pure but for the memory of the last call. "no-vtep" is no rejection: the peer is about to publish one.
  [[nodiscard]] News compare(const std::vector<PeerVerdict>& verdicts, const std::vector<RouteConflict>& conflicts);

 private:
  std::map<std::string, std::string> rejected_;  // node -> reason
  std::set<std::string> conflicts_;              // node and route
};

}  // namespace weft

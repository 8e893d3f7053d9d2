#include "daemon/peer_news.h"

#include <utility>

namespace weft {

PeerNews::News PeerNews::compare(const std::vector<PeerVerdict>& verdicts,
                                 const std::vector<RouteConflict>& conflicts) {
  News news;
  std::map<std::string, std::string> rejected;
  for (const PeerVerdict& verdict : verdicts) {
    const auto before = rejected_.find(verdict.node);
    if (verdict.routed && before != rejected_.end()) news.accepted.push_back(verdict.node);
    if (verdict.routed || verdict.reason == "no-vtep") continue;
    if (before == rejected_.end() || before->second != verdict.reason) news.rejected.push_back(&verdict);
    rejected.emplace(verdict.node, verdict.reason);
  }
  std::set<std::string> seen;
  for (const RouteConflict& conflict : conflicts) {
    std::string key = conflict.node + " " + to_string(conflict.route);
    if (!conflicts_.contains(key)) news.conflicts.push_back(&conflict);
    seen.insert(std::move(key));
  }
  rejected_ = std::move(rejected);
  conflicts_ = std::move(seen);
  return news;
}

}  // namespace weft

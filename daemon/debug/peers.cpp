#include "daemon/debug/peers.h"

#include "daemon/debug/dataset_text.h"
#include "daemon/json_fields.h"
#include "daemon/text_table.h"

#include <nlohmann/json.hpp>

#include <map>

namespace weft {
namespace {

std::string conflicts_text(const nlohmann::json& peer) {
  std::string text;
  for (const nlohmann::json& conflict : list_field(peer, "conflicts")) {
    if (!conflict.is_string()) continue;
    text += (text.empty() ? "" : "; ") + conflict.get<std::string>();
  }
  return text.empty() ? "-" : text;
}

}  // namespace

nlohmann::json peers_json(const std::vector<PeerVerdict>& verdicts, const std::vector<RouteConflict>& conflicts) {
  std::map<std::string_view, nlohmann::json> by_node;
  for (const RouteConflict& conflict : conflicts) by_node[conflict.node].push_back(to_string(conflict.route));
  nlohmann::json peers = nlohmann::json::array();
  for (const PeerVerdict& verdict : verdicts) {
    nlohmann::json peer{{"node", verdict.node}, {"verdict", verdict.routed ? "routed" : "rejected"}};
    set_text(peer, "reason", verdict.reason);
    set_text(peer, "detail", verdict.detail);
    set_text(peer, "subnet", verdict.subnets.v4);
    set_text(peer, "ipv6_subnet", verdict.subnets.v6);
    set_text(peer, "public_ip", verdict.vtep.ip);
    set_text(peer, "public_ipv6", verdict.vtep.ip6);
    set_text(peer, "vtep_mac", verdict.vtep.mac);
    set_text(peer, "vtep_mac_v6", verdict.vtep.mac6);
    if (const auto found = by_node.find(verdict.node); found != by_node.end()) peer["conflicts"] = found->second;
    peers.push_back(std::move(peer));
  }
  return {{"peers", std::move(peers)}};
}

std::string peers_text(const nlohmann::json& data) {
  std::vector<TextRow> rows;
  for (const nlohmann::json& peer : list_field(data, "peers")) {
    const std::string detail = text_field(peer, "detail");
    rows.push_back({text_field(peer, "node"), text_field(peer, "verdict"), text_field(peer, "subnet"),
                    text_field(peer, "ipv6_subnet"), text_field(peer, "reason"), detail, conflicts_text(peer)});
  }
  return render_table({"NODE", "VERDICT", "SUBNET", "IPV6-SUBNET", "REASON", "DETAIL", "CONFLICTS"}, rows);
}

}  // namespace weft

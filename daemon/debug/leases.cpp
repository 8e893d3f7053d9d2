#include "daemon/debug/leases.h"

#include "daemon/debug/dataset_text.h"
#include "daemon/json_fields.h"
#include "daemon/text_table.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace weft {
namespace {

std::string revision_text(Revision revision) { return revision == 0 ? "" : std::to_string(revision); }

struct State {
  std::string word;  // stable: self, routed, leased, claimed, rejected, no-vtep, foreign-uid, none
  std::string reason;
  std::string detail;
};

State state_of(const NodeRecord& node, const LeasesView& view) {
  if (node.name == view.self) {
    return view.self_holds ? State{"self", "", ""} : State{node.claim ? "claimed" : "none", view.self_state, ""};
  }
  if (!node.lease) return {node.claim ? "claimed" : "none", "", ""};
  if (node.lease->uid != node.uid) return {"foreign-uid", "", "the lease is bound to another Node's uid"};
  if (!node.vtep) return {"no-vtep", "", ""};
  if (view.verdicts == nullptr) return {"leased", "", ""};
  const auto verdict = std::ranges::find(*view.verdicts, node.name, &PeerVerdict::node);
  if (verdict == view.verdicts->end()) return {"leased", "", ""};
  return {verdict->routed ? "routed" : "rejected", verdict->reason, verdict->detail};
}

nlohmann::json row(const NodeRecord& node, const LeasesView& view) {
  nlohmann::json object{{"node", node.name}};
  const Subnets subnets = node.lease ? node.lease->subnets : node.claim ? node.claim->subnets : Subnets{};
  set_text(object, "subnet", subnets.v4);
  set_text(object, "ipv6_subnet", subnets.v6);
  if (node.vtep) {
    set_text(object, "public_ip", node.vtep->ip);
    set_text(object, "public_ipv6", node.vtep->ip6);
    set_text(object, "vtep_mac", node.vtep->mac);
    set_text(object, "vtep_mac_v6", node.vtep->mac6);
  }
  if (node.lease) {
    object["source"] = to_string(node.lease->source);
    set_text(object, "rev", revision_text(node.lease->rev4));
    set_text(object, "rev_v6", revision_text(node.lease->rev6));
  }
  const State state = state_of(node, view);
  object["state"] = state.word;
  set_text(object, "reason", state.reason);
  set_text(object, "detail", state.detail);
  if (!node.problems.empty()) object["problems"] = node.problems;
  return object;
}

std::string state_text(const nlohmann::json& row) {
  std::string text = text_field(row, "state");
  std::ranges::replace(text, '-', ' ');
  const std::string reason = text_field(row, "reason");
  return reason == "-" ? text : text + ": " + reason;
}

std::string either(const nlohmann::json& row, std::string_view first, std::string_view second) {
  const std::string text = text_field(row, first);
  return text == "-" ? text_field(row, second) : text;
}

}  // namespace

nlohmann::json leases_json(const LeaseSet& nodes, const LeasesView& view) {
  nlohmann::json rows = nlohmann::json::array();
  nodes.for_each([&](const NodeRecord& node) { rows.push_back(row(node, view)); });
  return {{"revision", std::to_string(nodes.revision())}, {"in_sync", nodes.in_sync()}, {"nodes", std::move(rows)}};
}

std::string leases_text(const nlohmann::json& data) {
  std::vector<TextRow> rows;
  for (const nlohmann::json& node : list_field(data, "nodes")) {
    rows.push_back({text_field(node, "node"), text_field(node, "subnet"), text_field(node, "ipv6_subnet"),
                    either(node, "public_ip", "public_ipv6"), either(node, "vtep_mac", "vtep_mac_v6"),
                    text_field(node, "source"), either(node, "rev", "rev_v6"), state_text(node)});
  }
  const std::string table =
      render_table({"NODE", "SUBNET", "IPV6-SUBNET", "PUBLIC-IP", "VTEP-MAC", "SOURCE", "REV", "STATE"}, rows);
  return bool_field(data, "in_sync") ? table
                                     : table + "(not in sync with the API server: the list may be incomplete)\n";
}

}  // namespace weft

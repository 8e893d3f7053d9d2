#include "daemon/debug/firewall.h"

#include "daemon/debug/dataset_text.h"
#include "daemon/json_fields.h"

#include <nlohmann/json.hpp>

namespace weft {

nlohmann::json firewall_json(const FirewallView& view) {
  nlohmann::json data{{"intact", view.intact}, {"script", view.script}, {"listing", view.listing}};
  set_text(data, "error", view.error);
  return data;
}

std::string firewall_text(const nlohmann::json& data) {
  std::string text = bool_field(data, "intact") ? "intact: the kernel holds these rules\n" : "NOT intact\n";
  if (const std::string error = text_field(data, "error"); error != "-") text += "last error: " + error + "\n";
  if (const std::string script = text_field(data, "script"); script != "-") return text + "\n" + script;
  return text + "no rules are wanted yet: the lease comes first\n";
}

}  // namespace weft

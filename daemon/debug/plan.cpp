#include "daemon/debug/plan.h"

#include "daemon/debug/dataset_text.h"
#include "daemon/json_fields.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace weft {

nlohmann::json plan_json(const Plan& plan) {
  nlohmann::json operations = nlohmann::json::array();
  for (const Operation& operation : plan.operations) {
    operations.push_back(
        {{"verb", operation.verb == Verb::put ? "put" : "remove"}, {"object", to_string(operation.object)}});
  }
  return {{"in_sync", plan.empty()}, {"operations", std::move(operations)}};
}

nlohmann::json no_plan_json(const std::string& reason) {
  return {{"in_sync", false}, {"reason", reason}, {"operations", nlohmann::json::array()}};
}

std::string plan_text(const nlohmann::json& data) {
  if (bool_field(data, "in_sync")) return "nothing to do: the kernel holds what it should\n";
  const auto operations = list_field(data, "operations");
  if (operations.empty()) return "no plan: " + text_field(data, "reason") + "\n";
  std::string text;
  for (const nlohmann::json& operation : operations) {
    text += fmt::format("{} {}\n", text_field(operation, "verb"), text_field(operation, "object"));
  }
  return text;
}

}  // namespace weft

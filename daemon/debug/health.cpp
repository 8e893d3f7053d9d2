#include "daemon/debug/health.h"

#include "daemon/debug/dataset_text.h"
#include "daemon/json_fields.h"
#include "daemon/text_table.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace weft {

nlohmann::json health_json(const HealthStatus& status) {
  nlohmann::json reporters = nlohmann::json::array();
  for (const HealthRow& row : status.rows) {
    reporters.push_back({{"name", row.name},
                         {"live", row.live},
                         {"ready", row.ready},
                         {"gates_ready", row.gates_ready},
                         {"heard_ms", row.age.count()},
                         {"detail", row.detail}});
  }
  return {{"live", status.live}, {"ready", status.ready}, {"reporters", std::move(reporters)}};
}

std::string health_text(const nlohmann::json& data) {
  std::vector<TextRow> rows;
  for (const nlohmann::json& row : list_field(data, "reporters")) {
    const char* ready = bool_field(row, "ready") ? "yes" : bool_field(row, "gates_ready") ? "no" : "no (not required)";
    rows.push_back({text_field(row, "name"), bool_field(row, "live") ? "yes" : "no", ready,
                    text_field(row, "heard_ms") + " ms ago", text_field(row, "detail")});
  }
  return fmt::format("{}, {}\n", bool_field(data, "live") ? "live" : "not live",
                     bool_field(data, "ready") ? "ready" : "not ready") +
         render_table({"REPORTER", "LIVE", "READY", "HEARD", "DETAIL"}, rows);
}

}  // namespace weft

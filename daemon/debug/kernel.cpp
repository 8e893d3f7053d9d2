#include "daemon/debug/kernel.h"

#include "daemon/debug/dataset_text.h"
#include "daemon/json_fields.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <array>
#include <utility>

namespace weft {
namespace {

constexpr std::array<std::pair<const char*, const char*>, 6> kSections{{{"links", "links"},
                                                                        {"addresses", "addresses"},
                                                                        {"neighbours", "neighbours"},
                                                                        {"fdb", "forwarding entries"},
                                                                        {"routes", "routes"},
                                                                        {"foreign_routes", "routes of others"}}};

template <class T>
nlohmann::json texts(const std::vector<T>& objects) {
  nlohmann::json list = nlohmann::json::array();
  for (const T& object : objects) list.push_back(to_string(object));
  return list;
}

}  // namespace

nlohmann::json kernel_json(const KernelDump& dump) {
  return {{"links", texts(dump.own.links)},           {"addresses", texts(dump.own.addresses)},
          {"neighbours", texts(dump.own.neighbours)}, {"fdb", texts(dump.own.fdb)},
          {"routes", texts(dump.own.routes)},         {"foreign_routes", texts(dump.foreign_routes)}};
}

std::string kernel_text(const nlohmann::json& data) {
  std::string text;
  for (const auto& [key, title] : kSections) {
    const auto objects = list_field(data, key);
    text += fmt::format("{} ({}):\n", title, objects.size());
    for (const nlohmann::json& object : objects) {
      text += "  " + (object.is_string() ? object.get<std::string>() : object.dump()) + "\n";
    }
  }
  return text;
}

}  // namespace weft

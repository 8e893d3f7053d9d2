#include "daemon/conflist.h"

#include <nlohmann/json.hpp>

namespace weft {

std::string render_conflist(const ConflistPaths& paths) {
  const nlohmann::ordered_json plugin{{"type", "weft"},
                                      {"subnetFile", paths.subnet_file},
                                      {"dataDir", paths.data_dir},
                                      {"mode", "ptp"},
                                      {"capabilities", {{"bandwidth", true}, {"portMappings", true}}}};
  nlohmann::ordered_json list{{"cniVersion", "1.0.0"}, {"name", "weft"}};
  list["cniVersions"] = {"0.3.1", "0.4.0", "1.0.0", "1.1.0"};
  list["plugins"] = nlohmann::ordered_json::array({plugin});
  return list.dump(2) + "\n";
}

}  // namespace weft

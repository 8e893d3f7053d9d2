// Reads fields of a YAML map with errors that say where. Used by kube_config_file only.
#pragma once

#include "subnet/result.h"

#include <yaml-cpp/yaml.h>

#include <string>
#include <string_view>
#include <utility>

namespace weft {

// A map somewhere in a file; `where` is "kubeconfig /x: users[dev]". Missing fields read as empty.
// The first mistake is kept: read all fields, then ask problem(). Values are never repeated in it.
class YamlReader {
 public:
  YamlReader(const YAML::Node& node, std::string where) : node_(node), where_(std::move(where)) {
    if (node_.IsDefined() && !node_.IsNull() && !node_.IsMap()) refuse("", "must be a map");
  }

  [[nodiscard]] bool has(const char* key) const { return get(key).IsDefined() && !get(key).IsNull(); }
  [[nodiscard]] std::string text(const char* key);
  [[nodiscard]] bool flag(const char* key);
  // The field as a list, undefined when missing.
  [[nodiscard]] YAML::Node list(const char* key);
  [[nodiscard]] YamlReader child(const char* key) const { return {get(key), where_ + "." + key}; }
  [[nodiscard]] YAML::Node node() const { return node_; }
  [[nodiscard]] const std::string& where() const { return where_; }

  void refuse(std::string_view key, std::string_view why);
  [[nodiscard]] Result<> problem() const;

 private:
  [[nodiscard]] YAML::Node get(const char* key) const {
    return node_.IsMap() ? node_[key] : YAML::Node(YAML::NodeType::Undefined);
  }

  YAML::Node node_;
  std::string where_;
  std::string problem_;
};

}  // namespace weft

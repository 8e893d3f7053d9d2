#include "subnet/yaml_reader.h"

namespace weft {

std::string YamlReader::text(const char* key) {
  const auto value = get(key);
  if (!value.IsDefined() || value.IsNull()) return {};
  if (!value.IsScalar()) {
    refuse(key, "must be a string");
    return {};
  }
  return value.Scalar();
}

bool YamlReader::flag(const char* key) {
  const auto value = text(key);
  if (value == "true") return true;
  if (!value.empty() && value != "false") refuse(key, "must be true or false");
  return false;
}

YAML::Node YamlReader::list(const char* key) {
  const auto value = get(key);
  if (!value.IsDefined() || value.IsNull()) return YAML::Node(YAML::NodeType::Sequence);
  if (value.IsSequence()) return value;
  refuse(key, "must be a list");
  return YAML::Node(YAML::NodeType::Sequence);
}

void YamlReader::refuse(std::string_view key, std::string_view why) {
  if (!problem_.empty()) return;
  problem_ = key.empty() ? fmt::format("{}: {}", where_, why) : fmt::format("{}.{}: {}", where_, key, why);
}

Result<> YamlReader::problem() const {
  if (!problem_.empty()) return fail("{}", problem_);
  return {};
}

}  // namespace weft

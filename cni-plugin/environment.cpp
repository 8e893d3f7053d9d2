#include "cni-plugin/environment.h"

#include "subnet/ascii.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

#include <net/if.h>

namespace weft::cni {

namespace {

// With the interface's name it is a file name of the ledger (NAME_MAX is 255). Runtimes use 64.
constexpr std::size_t kMaxContainerId = 200;

struct VerbName {
  std::string_view text;
  Verb verb;
};
constexpr std::array kVerbs = {VerbName{"ADD", Verb::add},       VerbName{"DEL", Verb::del},
                               VerbName{"CHECK", Verb::check},   VerbName{"GC", Verb::gc},
                               VerbName{"STATUS", Verb::status}, VerbName{"VERSION", Verb::version}};

bool is_alphanumeric(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }

bool is_valid_container_id(const std::string& id) {
  return id.size() <= kMaxContainerId && is_alphanumeric(id.front()) && std::all_of(id.begin(), id.end(), [](char c) {
           return is_alphanumeric(c) || c == '_' || c == '.' || c == '-';
         });
}

std::string missing_variables(const Environment& environment, Verb verb) {
  std::string missing;
  const auto require = [&missing](const std::string& value, const char* name) {
    if (!value.empty()) return;
    if (!missing.empty()) missing += ", ";
    missing += name;
  };
  require(environment.container_id, "CNI_CONTAINERID");
  if (verb != Verb::del) require(environment.netns, "CNI_NETNS");
  require(environment.interface, "CNI_IFNAME");
  return missing;
}

Outcome<> validate_attachment(const Environment& environment, Verb verb) {
  const std::string missing = missing_variables(environment, verb);
  if (!missing.empty()) {
    return refuse(Code::invalid_environment, "CNI_COMMAND={} needs {}", environment.command, missing);
  }
  if (!is_valid_container_id(environment.container_id)) {
    return refuse(Code::invalid_environment,
                  "CNI_CONTAINERID \"{}\": must start with a letter or digit, go on with those, '_', '.' and '-', and "
                  "have at most {} characters",
                  environment.container_id, kMaxContainerId);
  }
  if (!is_valid_interface(environment.interface)) {
    return refuse(Code::invalid_environment,
                  "CNI_IFNAME \"{}\": must have at most {} characters, none of them '/', ':' or blank",
                  environment.interface, IFNAMSIZ - 1);
  }
  return {};
}

bool is_true(std::string_view text) { return text == "1" || same_but_for_case(text, "true"); }

}  // namespace

bool is_valid_interface(const std::string& name) {
  return !name.empty() && name.size() < IFNAMSIZ && name != "." && name != ".." &&
         std::none_of(
             name.begin(), name.end(),
             [](char c) { return c == '/' || c == ':' || std::isspace(static_cast<unsigned char>(c)) != 0; });
}

Environment read_environment(const char* const* variables) {
  Environment environment;
  for (; variables != nullptr && *variables != nullptr; ++variables) {
    const std::string_view line = *variables;
    const std::size_t equals = line.find('=');
    if (!line.starts_with("CNI_") || equals == std::string_view::npos) continue;
    const std::string_view name = line.substr(0, equals);
    const std::string_view value = line.substr(equals + 1);
    if (name == "CNI_COMMAND") environment.command = value;
    if (name == "CNI_CONTAINERID") environment.container_id = value;
    if (name == "CNI_NETNS") environment.netns = value;
    if (name == "CNI_IFNAME") environment.interface = value;
    if (name == "CNI_ARGS") environment.args = value;
    if (name == "CNI_NETNS_OVERRIDE") environment.netns_override = is_true(value);
  }
  return environment;
}

Outcome<Verb> validate(const Environment& environment) {
  const auto* known = std::find_if(kVerbs.begin(), kVerbs.end(),
                                   [&](const VerbName& name) { return name.text == environment.command; });
  if (known == kVerbs.end()) {
    return refuse(Code::invalid_environment,
                  "CNI_COMMAND \"{}\" is unknown: must be ADD, DEL, CHECK, GC, STATUS or "
                  "VERSION",
                  environment.command);
  }
  if (known->verb == Verb::add || known->verb == Verb::del || known->verb == Verb::check) {
    if (const auto valid = validate_attachment(environment, known->verb); !valid) {
      return std::unexpected(valid.error());
    }
  }
  return known->verb;
}

}  // namespace weft::cni

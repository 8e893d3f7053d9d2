// Any bytes as the plugin's environment, variables apart by NUL: an error that can be told, or names that the ledger
// can have as files and arguments that are understood.
#include "cni-plugin/fixed_addresses.h"
#include "subnet/ledger/entry_names.h"
#include "test/fuzz/told.h"

#include <vector>

namespace {

using namespace weft;
using namespace weft::cni;

void check_names(const Environment& environment) {
  const AttachmentKey key{environment.container_id, environment.interface};
  const std::string name = name_of(key);
  check(weft::key_of(name) == key);
  check(name.find('/') == std::string::npos && name.size() <= 255);
}

void check_args(const Environment& environment) {
  const auto args = parse_cni_args(environment.args);
  check_told(args, "");
  if (args) check_told(parse_fixed_addresses(Json::object(), *args), "");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string block(reinterpret_cast<const char*>(data), size);
  std::vector<const char*> variables;
  for (std::size_t at = 0; at < block.size(); at = block.find('\0', at) + 1) {
    variables.push_back(block.c_str() + at);
    if (block.find('\0', at) == std::string::npos) break;
  }
  variables.push_back(nullptr);
  const Environment environment = read_environment(variables.data());
  const auto verb = validate(environment);
  check_told(verb, "");
  if (verb && (*verb == Verb::add || *verb == Verb::del || *verb == Verb::check)) check_names(environment);
  check_args(environment);
  return 0;
}

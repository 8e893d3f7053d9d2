// The CNI plugin "weft", and "loopback" when called by that name: reads a request, does it, prints the answer on
// standard output.
#include "cni-plugin/protocol_version.h"
#include "cni-plugin/serve.h"
#include "cni-plugin/standard_streams.h"

#include <cstdlib>

#include <unistd.h>

namespace weft::cni {

namespace {

// Started by hand: says what it is. On standard error, like other plugins.
int introduce() {
  const std::string text =
      fmt::format("weft CNI plugin {}\nCNI protocol versions supported: {}\n", WEFT_VERSION, supported_versions());
  return write_text(STDERR_FILENO, text) ? EXIT_SUCCESS : EXIT_FAILURE;
}

int run(const char* path) {
  const Environment environment = read_environment(environ);
  if (environment.command.empty()) return introduce();
  const auto input = read_standard_input();
  const Answer answer = input ? serve(environment, *input, program_of(path)) : failure_answer(input.error(), "");
  return write_text(STDOUT_FILENO, answer.output) ? answer.exit_code : EXIT_FAILURE;
}

}  // namespace

}  // namespace weft::cni

int main(int count, char** arguments) { return weft::cni::run(count > 0 ? arguments[0] : ""); }

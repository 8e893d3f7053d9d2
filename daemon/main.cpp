#include "daemon/app.h"
#include "daemon/cleanup.h"
#include "daemon/debug/debug_command.h"
#include "daemon/install.h"
#include "daemon/options.h"

#include <cstdio>

namespace {

int run(const weft::Command& command) {
  if (const auto* options = std::get_if<weft::RunOptions>(&command)) return weft::run_daemon(*options);
  if (const auto* options = std::get_if<weft::DebugOptions>(&command)) return weft::run_debug(*options);
  if (const auto* options = std::get_if<weft::CleanupOptions>(&command)) return weft::run_cleanup(*options);
  return weft::run_install(std::get<weft::InstallOptions>(command));
}

}  // namespace

int main(int argc, char** argv) {
  const auto parsed = weft::parse_command_line(argc, argv);
  if (const auto* stop = std::get_if<weft::ParseStop>(&parsed)) {
    std::fputs(stop->text.c_str(), stop->exit_code == 0 ? stdout : stderr);
    return stop->exit_code;
  }
  return run(std::get<weft::Command>(parsed));
}

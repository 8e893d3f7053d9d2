#include "test/support/nft_tool.h"

#include <array>
#include <cstdio>
#include <stdexcept>

namespace weft::test {

namespace {

std::string output_of(const std::string& command) {
  FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("cannot run " + command);
  std::string output;
  std::array<char, 4096> buffer{};
  for (std::size_t size = 0; (size = std::fread(buffer.data(), 1, buffer.size(), pipe)) != 0;) {
    output.append(buffer.data(), size);
  }
  if (::pclose(pipe) != 0) throw std::runtime_error(command + ": " + output);
  return output;
}

}  // namespace

std::string nft_list(const std::string& what) { return output_of("nft -s list " + what); }

std::string nft_list_with_counters(const std::string& what) { return output_of("nft list " + what); }

void nft_run(const std::string& commands) { output_of("nft '" + commands + "'"); }

}  // namespace weft::test

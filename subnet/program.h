// Runs a program and takes what it writes to stdout. Used for exec plugins of a kubeconfig, and for nothing else.
//
// No shell. stdin is empty, stderr is ours. However it ends, the program and its process group are gone afterwards.
#pragma once

#include "subnet/result.h"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace weft {

struct Program {
  std::vector<std::string> argv;                                 // argv[0] is looked up in PATH if it has no slash
  std::vector<std::pair<std::string, std::string>> environment;  // besides our own, which it replaces
  std::chrono::milliseconds timeout{30'000};
  std::size_t max_output = 1024 * 1024;  // bytes
};

// Errors: not found, exit status, signal, timeout, too much output.
[[nodiscard]] boost::asio::awaitable<Result<std::string>> run_program(Program program);

}  // namespace weft

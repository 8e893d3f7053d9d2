// From a request to the text of its answer.
#pragma once

#include "cni-plugin/environment.h"

#include <string>
#include <string_view>

namespace weft::cni {

struct Answer {
  std::string output;  // for standard output; empty for the verbs that answer by their exit code alone
  int exit_code = 0;
};

// Which plugin is meant: one binary answers for all of them.
enum class Program : std::uint8_t { weft, loopback };
[[nodiscard]] Program program_of(std::string_view path);  // argv[0]

// `input` is standard input to its end. A failure becomes the specification's error object and exit code 1.
[[nodiscard]] Answer serve(const Environment& environment, std::string_view input, Program program = Program::weft);

// The error object.
[[nodiscard]] Answer failure_answer(const Failure& failure, std::string_view version);

}  // namespace weft::cni

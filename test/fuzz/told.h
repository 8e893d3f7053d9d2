// What the fuzzers of the plugin hold it to.
#pragma once

#include "cni-plugin/serve.h"

#include <cstdlib>
#include <string>

namespace weft::cni {

inline void check(bool good) {
  if (!good) std::abort();
}

// A refusal says something, and its error object is JSON whatever bytes it quotes.
template <class T>
void check_told(const Outcome<T>& outcome, const std::string& version = "1.0.0") {
  if (outcome) return;
  check(!outcome.error().message.empty());
  check(parse_object(failure_answer(outcome.error(), version).output).has_value());
}

}  // namespace weft::cni

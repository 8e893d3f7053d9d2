#include "backend/kernel_state.h"

#include <algorithm>

namespace weft {
namespace {

template <class T>
void normalise_set(std::vector<T>& set) {
  std::ranges::sort(set);
  const auto rest = std::ranges::unique(set, [](const T& a, const T& b) { return same_slot(a, b); });
  set.erase(rest.begin(), rest.end());
}

template <class T>
void append_lines(std::string& text, const std::vector<T>& set) {
  for (const auto& object : set) text += to_string(object) + "\n";
}

}  // namespace

void KernelState::normalise() {
  normalise_set(links);
  normalise_set(addresses);
  normalise_set(neighbours);
  normalise_set(fdb);
  normalise_set(routes);
}

std::string to_string(const KernelState& state) {
  std::string text;
  append_lines(text, state.links);
  append_lines(text, state.addresses);
  append_lines(text, state.neighbours);
  append_lines(text, state.fdb);
  append_lines(text, state.routes);
  return text;
}

}  // namespace weft

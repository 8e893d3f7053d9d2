// One line for each thing that happens, when somebody listens.
#pragma once

#include <fmt/format.h>

#include <functional>
#include <string>

namespace weft::sim {

class Trace {
 public:
  using Sink = std::function<void(const std::string&)>;

  explicit Trace(Sink sink = {}) : sink_(std::move(sink)) {}

  template <class... Args>
  void line(fmt::format_string<Args...> format, Args&&... args) const {
    if (sink_) sink_(fmt::format(format, std::forward<Args>(args)...));
  }
  [[nodiscard]] bool on() const { return static_cast<bool>(sink_); }

 private:
  Sink sink_;
};

}  // namespace weft::sim

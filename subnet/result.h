// Errors are values.
//
// Library code returns Result<T> and never logs; whoever turns the error into an exit code, a retry or an
// HTTP answer logs it, once. A message names what was being done, the value that was wrong and, where a
// person can act, the remedy.
#pragma once

#include <fmt/format.h>

#include <expected>
#include <string>
#include <utility>

namespace weft {

struct Error {
  std::string message;
  // The errno of a failed system call or netlink request, positive; 0 where there is none.
  int code = 0;

  friend bool operator==(const Error&, const Error&) = default;
};

template <class T = void>
using Result = std::expected<T, Error>;

template <class... Args>
[[nodiscard]] std::unexpected<Error> fail(fmt::format_string<Args...> format, Args&&... args) {
  return std::unexpected(Error{fmt::format(format, std::forward<Args>(args)...)});
}

// Puts `context` in front of the message: "read /run/x: permission denied".
[[nodiscard]] inline std::unexpected<Error> fail_with(std::string_view context, const Error& cause) {
  return std::unexpected(Error{fmt::format("{}: {}", context, cause.message), cause.code});
}

// For a failed system call: the text of `code` (an errno) follows the context.
[[nodiscard]] std::unexpected<Error> fail_errno(std::string_view context, int code);

}  // namespace weft

#include "cni-plugin/standard_streams.h"

#include "cni-plugin/json_document.h"
#include "cni-plugin/time_limit.h"

#include <array>
#include <cerrno>

#include <unistd.h>

namespace weft::cni {

namespace {

constexpr std::chrono::seconds kInputLimit{10};

}  // namespace

Outcome<std::string> read_standard_input() {
  const TimeLimit limit(kInputLimit);
  std::string input;
  std::array<char, 8192> buffer{};
  while (input.size() <= kMaxJsonBytes) {
    const ssize_t size = ::read(STDIN_FILENO, buffer.data(), buffer.size());
    if (size == 0) return input;
    if (size < 0) return refuse_with(Code::io_failure, "read", fail_errno("standard input", errno).error());
    input.append(buffer.data(), static_cast<std::size_t>(size));
  }
  return refuse(Code::decode_failure, "standard input: more than {} bytes", kMaxJsonBytes);
}

bool write_text(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t size = ::write(fd, text.data(), text.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(size));
  }
  return true;
}

}  // namespace weft::cni

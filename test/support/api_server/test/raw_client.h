// A TCP client that sees bytes as they are: for tests of what an HTTP library would hide.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace weft::test {

class RawClient {
 public:
  explicit RawClient(std::uint16_t port);  // throws std::system_error when refused
  ~RawClient();
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  void send(const std::string& text) const;
  void get(const std::string& target) const { send("GET " + target + " HTTP/1.1\r\nHost: test\r\n\r\n"); }
  // What comes until the server closes or `marker` was seen. Throws when neither happens in time.
  std::string read_until(const std::string& marker);
  std::string read_to_end() { return read_until(""); }
  // No byte for so long, and the connection is open.
  bool silent_for(std::chrono::milliseconds duration) const;

 private:
  int fd_;
};

}  // namespace weft::test

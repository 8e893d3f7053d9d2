#include "test/support/api_server/test/raw_client.h"

#include <array>
#include <bit>
#include <cerrno>
#include <stdexcept>
#include <system_error>

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace weft::test {

RawClient::RawClient(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  if (fd_ < 0) throw std::system_error(errno, std::generic_category(), "socket");
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd_, std::bit_cast<sockaddr*>(&address), sizeof address) != 0) {
    const auto error = errno;
    ::close(fd_);
    throw std::system_error(error, std::generic_category(), "connect");
  }
}

RawClient::~RawClient() { ::close(fd_); }

void RawClient::send(const std::string& text) const {
  if (::send(fd_, text.data(), text.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(text.size())) {
    throw std::system_error(errno, std::generic_category(), "send");
  }
}

bool RawClient::silent_for(std::chrono::milliseconds duration) const {
  pollfd poll_fd{fd_, POLLIN, 0};
  return ::poll(&poll_fd, 1, static_cast<int>(duration.count())) == 0;
}

std::string RawClient::read_until(const std::string& marker) {
  std::string text;
  while (marker.empty() || text.find(marker) == std::string::npos) {
    if (silent_for(std::chrono::seconds(10))) throw std::runtime_error("no end after: " + text);
    std::array<char, 4096> buffer{};
    const auto size = ::recv(fd_, buffer.data(), buffer.size(), 0);
    if (size <= 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(size));
  }
  return text;
}

}  // namespace weft::test

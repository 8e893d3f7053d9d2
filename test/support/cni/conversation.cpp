#include "test/support/cni/conversation.h"

#include "test/support/cni/socket_address.h"

#include <cerrno>
#include <system_error>

#include <poll.h>
#include <sys/socket.h>

namespace weft::test {

namespace {

constexpr int kDeadline = 2000;  // milliseconds

void check(int result, const char* what) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), what);
}

int type_of(Transport transport) { return transport == Transport::tcp ? SOCK_STREAM : SOCK_DGRAM; }

UniqueFd bound_socket(Transport transport, const IpAddress& address, std::uint16_t port) {
  UniqueFd fd(::socket(address.is_v4() ? AF_INET : AF_INET6, type_of(transport) | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  check(fd.get(), "socket");
  const int on = 1;
  check(::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on), "SO_REUSEADDR");
  const SocketAddress own(address, port);
  check(::bind(fd.get(), own.get(), own.size()), "bind");
  return fd;
}

bool wait_for(int fd, short events) {
  pollfd poll{.fd = fd, .events = events, .revents = 0};
  return ::poll(&poll, 1, kDeadline) == 1;
}

IpAddress any_address(bool v4) { return IpAddress::parse(v4 ? "0.0.0.0" : "::").value(); }

}  // namespace

Server::Server(Transport transport, const IpAddress& address, std::uint16_t port)
    : transport_(transport), fd_(bound_socket(transport, address, port)) {
  if (transport == Transport::tcp) check(::listen(fd_.get(), 8), "listen");
}

std::optional<IpAddress> Server::answer() {
  if (!wait_for(fd_.get(), POLLIN)) return std::nullopt;
  SocketAddress asker;
  char question = 0;
  if (transport_ == Transport::tcp) {
    connection_ = UniqueFd(::accept4(fd_.get(), asker.get(), asker.size_to_set(), SOCK_CLOEXEC));
    if (!connection_) return std::nullopt;
    if (::send(connection_.get(), "!", 1, MSG_NOSIGNAL) != 1) return std::nullopt;
    return asker.address();
  }
  if (::recvfrom(fd_.get(), &question, 1, 0, asker.get(), asker.size_to_set()) < 0) return std::nullopt;
  if (::sendto(fd_.get(), "!", 1, 0, asker.get(), asker.size()) != 1) return std::nullopt;
  return asker.address();
}

Client::Client(Transport transport, const IpAddress& target, std::uint16_t port,
               const std::optional<IpAddress>& own_address, std::uint16_t own_port)
    : transport_(transport), fd_(bound_socket(transport, own_address.value_or(any_address(target.is_v4())), own_port)) {
  const SocketAddress to(target, port);
  if (::connect(fd_.get(), to.get(), to.size()) != 0 && errno != EINPROGRESS && errno != ECONNREFUSED) {
    throw std::system_error(errno, std::generic_category(), "connect to " + target.to_string());
  }
}

void Client::send() { check(static_cast<int>(::send(fd_.get(), "?", 1, MSG_NOSIGNAL)), "send"); }

bool Client::is_refused() {
  const bool told = wait_for(fd_.get(), transport_ == Transport::tcp ? POLLOUT : POLLIN);
  int error = 0;
  socklen_t size = sizeof error;
  check(::getsockopt(fd_.get(), SOL_SOCKET, SO_ERROR, &error, &size), "SO_ERROR");
  return told && error == ECONNREFUSED;
}

bool Client::hears() {
  char answer = 0;
  return wait_for(fd_.get(), POLLIN) && ::recv(fd_.get(), &answer, 1, 0) == 1;
}

std::string Client::ask(Server& server) {
  if (transport_ == Transport::udp) {
    send();
  } else if (is_refused()) {
    return "refused";
  }
  const auto asker = server.answer();
  if (!asker) return transport_ == Transport::udp && is_refused() ? "refused" : "nobody asked";
  return hears() ? asker->to_string() : "no answer";
}

}  // namespace weft::test

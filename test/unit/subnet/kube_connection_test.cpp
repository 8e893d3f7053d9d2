// The connections themselves: options of the socket, how many are kept and how long.
#include "subnet/unique_fd.h"
#include "test/unit/subnet/kube_client_fixture.h"

#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace weft {
namespace {

using namespace std::chrono_literals;

// This process's socket that is connected to `port`; -1 if there is none.
int socket_to(std::uint16_t port) {
  for (int fd = 3; fd < 1024; ++fd) {
    sockaddr_in peer{};
    socklen_t size = sizeof(peer);
    void* address = &peer;
    if (::getpeername(fd, static_cast<sockaddr*>(address), &size) == 0 && ntohs(peer.sin_port) == port) return fd;
  }
  return -1;
}

int option(int socket, int level, int name) {
  int value = 0;
  socklen_t size = sizeof(value);
  return ::getsockopt(socket, level, name, &value, &size) == 0 ? value : -1;
}

// A peer that is gone without a word (a load balancer, a power cut) must be noticed in less than the node's grace
// period of 40 s, not after the fifteen minutes of tcp_retries2.
TEST_F(KubeClientTest, ADeadPeerIsNoticedByTheKernel) {
  TestServer server(io, always(http_ok("{}")));
  serve_at(server.port());
  KubeClient client(io, config, options);
  ASSERT_TRUE(send(client, get_node("n1")));
  const int socket = socket_to(server.port());
  ASSERT_GE(socket, 0);
  EXPECT_EQ(option(socket, SOL_SOCKET, SO_KEEPALIVE), 1);
  EXPECT_EQ(option(socket, IPPROTO_TCP, TCP_KEEPIDLE), 10);
  EXPECT_EQ(option(socket, IPPROTO_TCP, TCP_KEEPINTVL), 3);
  EXPECT_EQ(option(socket, IPPROTO_TCP, TCP_KEEPCNT), 3);
  EXPECT_EQ(option(socket, IPPROTO_TCP, TCP_USER_TIMEOUT), 30'000);
  EXPECT_NE(option(socket, IPPROTO_TCP, TCP_NODELAY), 0);
}

TEST_F(KubeClientTest, FourConnectionsAreKeptAtMost) {
  TestServer server(io, always(http_ok("{}")));
  serve_at(server.port());
  KubeClient client(io, config, options);
  const auto six_at_once = [&] {
    int good = 0;
    for (int i = 0; i < 6; ++i) client.send(get_node("n1"), [&good](const auto& answer) { good += answer ? 1 : 0; });
    EXPECT_TRUE(run_until(io, [&good] { return good == 6; }));
    return client.counters().connections;
  };
  EXPECT_EQ(six_at_once(), 6U);
  EXPECT_EQ(six_at_once(), 8U);
}

TEST_F(KubeClientTest, AConnectionNobodyUsesIsClosed) {
  options.idle = 50ms;
  bool closed = false;
  TestServer server(io, [&closed](TestPeer& peer, unsigned) -> boost::asio::awaitable<void> {
    const auto request = co_await peer.request();
    co_await peer.send(http_ok("{}"));
    try {
      co_await peer.until_closed();
    } catch (const std::exception&) {
      closed = true;
    }
  });
  serve_at(server.port());
  KubeClient client(io, config, options);
  ASSERT_TRUE(send(client, get_node("n1")));
  EXPECT_TRUE(run_until(io, [&closed] { return closed; }));
}

// A listener whose queue is full drops what else knocks: to the client, silence.
TEST_F(KubeClientTest, AnAddressThatSaysNothingTimesOut) {
  const UniqueFd listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in here{};
  here.sin_family = AF_INET;
  here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(here);
  void* address = &here;
  ASSERT_EQ(::bind(listener.get(), static_cast<sockaddr*>(address), size), 0);
  ASSERT_EQ(::listen(listener.get(), 0), 0);
  ASSERT_EQ(::getsockname(listener.get(), static_cast<sockaddr*>(address), &size), 0);
  std::vector<UniqueFd> knocking;
  for (int i = 0; i < 4; ++i) {
    knocking.emplace_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    (void)::connect(knocking.back().get(), static_cast<sockaddr*>(address), size);
  }
  serve_at(ntohs(here.sin_port));
  options.connect = 200ms;
  KubeClient client(io, config, options);
  const auto start = std::chrono::steady_clock::now();
  const auto answer = send(client, get_node("n1"));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ApiErrorKind::not_connected);
  EXPECT_NE(answer.error().message.find("cannot connect to 127.0.0.1:"), std::string::npos) << answer.error().message;
  EXPECT_LT(std::chrono::steady_clock::now() - start, 10s);
}

}  // namespace
}  // namespace weft

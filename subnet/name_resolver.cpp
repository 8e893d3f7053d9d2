#include "subnet/name_resolver.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <cstring>
#include <memory>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include <netdb.h>
#include <signal.h>
#include <sys/socket.h>

namespace weft {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

// Shared by the waiting coroutine and the thread. `timer` is null once nobody waits any more.
struct Lookup {
  std::mutex mutex;
  asio::steady_timer* timer = nullptr;
  std::optional<Result<TcpEndpoints>> answer;
};

struct AddrInfoDeleter {
  void operator()(addrinfo* list) const { freeaddrinfo(list); }
};

Result<TcpEndpoints> ask_system(const std::string& host, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_ADDRCONFIG;
  addrinfo* found = nullptr;
  const int failed = getaddrinfo(host.c_str(), nullptr, &hints, &found);
  const std::unique_ptr<addrinfo, AddrInfoDeleter> owner(found);
  if (failed != 0) return fail("cannot resolve {}: {}", host, gai_strerror(failed));
  TcpEndpoints endpoints;
  for (const addrinfo* entry = found; entry != nullptr; entry = entry->ai_next) {
    tcp::endpoint endpoint;
    if (entry->ai_addrlen > endpoint.capacity()) continue;
    endpoint.resize(entry->ai_addrlen);
    std::memcpy(endpoint.data(), entry->ai_addr, entry->ai_addrlen);
    endpoint.port(port);
    endpoints.push_back(endpoint);
  }
  if (endpoints.empty()) return fail("{} has no address", host);
  return endpoints;
}

void look_up(const std::shared_ptr<Lookup>& lookup, const std::string& host, std::uint16_t port) {
  auto answer = ask_system(host, port);
  const std::lock_guard lock(lookup->mutex);
  lookup->answer = std::move(answer);
  // While somebody waits the timer and its io_context exist.
  if (lookup->timer != nullptr)
    asio::post(lookup->timer->get_executor(), [lookup] {
      if (lookup->timer != nullptr) lookup->timer->cancel();
    });
}

// Signals are for the threads that expect them.
void start_thread(const std::shared_ptr<Lookup>& lookup, std::string host, std::uint16_t port) {
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  try {
    std::thread(look_up, lookup, std::move(host), port).detach();
  } catch (const std::system_error& error) {
    lookup->answer = fail("cannot start a thread to resolve names: {}", error.what());
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

bool answered(Lookup& lookup) {
  const std::lock_guard lock(lookup.mutex);
  return lookup.answer.has_value();
}

// Ends the waiting however the coroutine ends.
struct Waiting {
  std::shared_ptr<Lookup> lookup;
  explicit Waiting(std::shared_ptr<Lookup> from) : lookup(std::move(from)) {}
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;
  ~Waiting() {
    const std::lock_guard lock(lookup->mutex);
    lookup->timer = nullptr;
  }
};

}  // namespace

asio::awaitable<Result<TcpEndpoints>> resolve_name(std::string host, std::uint16_t port,
                                                   std::chrono::milliseconds timeout) {
  boost::system::error_code ec;
  const auto address = asio::ip::make_address(host, ec);
  if (!ec) {
    TcpEndpoints one{tcp::endpoint(address, port)};
    co_return one;
  }
  asio::steady_timer timer(co_await asio::this_coro::executor, timeout);
  auto lookup = std::make_shared<Lookup>();
  lookup->timer = &timer;
  const Waiting waiting(lookup);
  start_thread(lookup, host, port);
  if (!answered(*lookup)) co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
  const std::lock_guard lock(lookup->mutex);
  auto& answer = lookup->answer;
  if (answer) co_return std::move(*answer);
  co_return fail("cannot resolve {}: no answer within {} ms", host, timeout.count());
}

}  // namespace weft

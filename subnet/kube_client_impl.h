// The inside of KubeClient: connections at rest, requests under way. Used by kube_client.cpp only.
#pragma once

#include "subnet/http_connection.h"
#include "subnet/http_request.h"
#include "subnet/kube_client.h"
#include "subnet/kube_credentials.h"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace weft {

// One request under way.
struct KubeJob {
  KubeRequest request;
  KubeStreamSink* sink = nullptr;  // null: the answer is wanted whole
  Milliseconds silence{};
  bool cancelled = false;  // nobody wants the answer any more
  bool finished = false;
  HttpConnection* connection = nullptr;
  std::string closed_because;  // why we closed `connection` under it
  boost::asio::cancellation_signal signal;

  void cancel();
  void close_connection(std::string_view why);
};
using KubeJobPtr = std::shared_ptr<KubeJob>;

struct KubeClient::Impl : std::enable_shared_from_this<KubeClient::Impl> {
  using ConnectionPtr = std::unique_ptr<HttpConnection>;

  Impl(boost::asio::io_context& context, KubeConfig from, KubeClientOptions with);

  void start(const KubeJobPtr& job, Done done);
  void renew_connections();
  void stop();

  // Keeps `self` alive while it runs.
  static boost::asio::awaitable<ApiResult<KubeResponse>> perform(std::shared_ptr<Impl> self, KubeJobPtr job);
  // One try, on one connection.
  struct Attempt {
    ApiResult<KubeResponse> result;
    Login login;
    bool reused = false;      // the connection had been at rest
    bool found_dead = false;  // and was closed by the server meanwhile
  };
  boost::asio::awaitable<Attempt> attempt(KubeJob& job, bool may_reuse);
  // Null with attempt.result set where there is none to be had.
  boost::asio::awaitable<ConnectionPtr> ready_connection(KubeJob& job, bool may_reuse, Attempt& attempt);
  boost::asio::awaitable<Result<ConnectionPtr>> connect(KubeJob& job, Login login);

  [[nodiscard]] ConnectionPtr take_idle(const Login& login);
  void put_idle(ConnectionPtr connection);
  void drop_old_idle();
  // Once in a while, as long as there are connections: closes those made with certificates that have changed.
  void check_certificates_later();
  void check_certificates();
  [[nodiscard]] std::string bytes_of(const KubeRequest& request, const Login& login) const;

  boost::asio::io_context& io;
  KubeConfig config;
  KubeClientOptions options;
  KubeCredentials credentials;
  std::string server;  // for messages
  KubeClientCounters counters;
  bool stopped = false;

  struct Idle {
    ConnectionPtr connection;
    TimePoint since;
  };
  std::vector<Idle> idle;
  boost::asio::steady_timer idle_timer;
  boost::asio::steady_timer certificate_timer;
  bool certificate_timer_runs = false;
  std::unordered_set<KubeJobPtr> jobs;
};

}  // namespace weft

// HTTP/1.1 to one Kubernetes API server: GET, PATCH, POST with a whole answer, and streams for LIST and WATCH.
//
// Owns its connections, credentials and timers. Threading: everything happens on the io_context's one thread;
// call it there, callbacks come there, never from inside the call that asked for them.
// Every step has a deadline (KubeClientOptions); whatever the server does, each request ends with exactly one
// answer, except that stop(), the destructor and the destruction of a KubeStream end things without any.
// Rotation needs no restart: a new token is in the next request once it was read, and when authorities, certificate or
// key have changed, connections made with the old ones are closed, streams too (as client-go does); they end as when
// a server closes. Requests under way are left to end.
// Never follows a redirect, never asks for or accepts a compressed body, never turns verification off unless the
// kubeconfig says so. Sources: client-go rest/request.go, transport/; apiserver secure_serving.go.
#pragma once

#include "subnet/kube_config.h"
#include "subnet/kube_error.h"
#include "subnet/kube_request.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace boost::asio {
class io_context;
}

namespace weft {

struct KubeClientOptions {
  std::string user_agent = "weftd";               // "weftd/0.1.0 (linux/amd64)": see kube_user_agent()
  std::chrono::milliseconds resolve{5'000};       // name to addresses
  std::chrono::milliseconds connect{5'000};       // TCP, each address
  std::chrono::milliseconds handshake{10'000};    // TLS
  std::chrono::milliseconds header{30'000};       // request written and the whole response header read
  std::chrono::milliseconds body{30'000};         // the whole body of a non-streamed answer
  std::chrono::milliseconds idle{60'000};         // an unused connection is closed; servers do it at 90 s
  std::chrono::milliseconds credentials{60'000};  // token, authorities and certificates are read again so often
  std::uint32_t header_limit = 64 * 1024;         // bytes
  std::uint64_t body_limit = 4ULL * 1024 * 1024;  // bytes, non-streamed answers; a Node is about 15 KB
};

[[nodiscard]] std::string kube_user_agent(std::string_view version);

struct KubeResponse {
  int status = 0;  // 2xx
  std::string body;
};

// Receives a stream. Calls come in the order open, bytes…, end. The stream may be destroyed inside any of them.
class KubeStreamSink {
 public:
  virtual void on_open() = 0;                         // 2xx and a body we can read
  virtual void on_bytes(std::string_view bytes) = 0;  // cut anywhere; at most 64 KiB at a time
  virtual void on_end(ApiResult<> outcome) = 0;       // a clean end of the body, or why not; last call

 protected:
  KubeStreamSink() = default;
  KubeStreamSink(const KubeStreamSink&) = default;
  KubeStreamSink& operator=(const KubeStreamSink&) = default;
  ~KubeStreamSink() = default;
};

// Destroying it ends the stream at once and without a further call.
class KubeStream {
 public:
  virtual ~KubeStream() = default;
  KubeStream() = default;
  KubeStream(const KubeStream&) = delete;
  KubeStream& operator=(const KubeStream&) = delete;
};

struct KubeClientCounters {
  std::map<std::pair<std::string, int>, std::uint64_t> requests;  // {verb, HTTP status, 0 without one}
  std::uint64_t connections = 0;
  std::uint64_t bytes_read = 0;  // of bodies
};

class KubeClient {
 public:
  using Done = std::function<void(ApiResult<KubeResponse>)>;

  KubeClient(boost::asio::io_context& io, KubeConfig config, KubeClientOptions options = {});
  ~KubeClient();  // stop()
  KubeClient(const KubeClient&) = delete;
  KubeClient& operator=(const KubeClient&) = delete;

  // Requests beyond the connections in use open further ones. A GET whose reused connection turns out to be
  // dead is sent once more; a 401 is retried once if the credentials have changed; nothing else is retried.
  void send(KubeRequest request, Done done);

  // A GET whose body goes to `sink`, which must outlive the stream. `silence` is the longest wait between two
  // pieces of the body, 0 for no limit (a watch has its own watchdog).
  [[nodiscard]] std::unique_ptr<KubeStream> open(KubeRequest request, KubeStreamSink& sink,
                                                 std::chrono::milliseconds silence);

  // The node's addresses have changed, so that connections may be dead without anybody's telling: they are closed.
  // What is under way on them ends as it does when a server closes; what comes next gets new ones.
  void renew_connections();

  // Ends everything under way, without callbacks. Later requests are dropped.
  void stop();

  [[nodiscard]] const KubeClientCounters& counters() const;
  [[nodiscard]] const KubeConfig& config() const;
  [[nodiscard]] boost::asio::io_context& io() const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace weft

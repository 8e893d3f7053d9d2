// The part of ResourceWatch that is the same for every resource: one stream, one timer.
//
// Owns both; nothing is called any more after stop_shell() and after the destructor. Threading: the client's io_context
// thread. Sets no deadline on a stream: the reflector does.
#pragma once

#include "subnet/backoff.h"
#include "subnet/kube_client.h"

#include <cstdint>
#include <memory>
#include <string_view>

namespace weft {

class WatchShell : private KubeStreamSink {
 public:
  WatchShell(const WatchShell&) = delete;
  WatchShell& operator=(const WatchShell&) = delete;

 protected:
  explicit WatchShell(KubeClient& client);
  ~WatchShell();

  virtual void wake() = 0;
  virtual void stream_opened(std::uint64_t id) = 0;
  virtual void stream_bytes(std::uint64_t id, std::string_view bytes) = 0;
  virtual void stream_ended(std::uint64_t id, ApiResult<> outcome) = 0;

  void open_stream(std::uint64_t id, KubeRequest request);
  void close_stream();
  void wake_at(TimePoint when);
  void stop_shell();
  [[nodiscard]] bool stopped() const;
  [[nodiscard]] static TimePoint now() { return std::chrono::steady_clock::now(); }
  // The body breaks JSON or a limit.
  [[nodiscard]] static ApiResult<> unreadable(const Error& error);

 private:
  void on_open() final;
  void on_bytes(std::string_view bytes) final;
  void on_end(ApiResult<> outcome) final;

  struct Impl;
  std::shared_ptr<Impl> impl_;  // timers hold it weakly
};

}  // namespace weft

#include "subnet/watch_shell.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <utility>

namespace weft {

struct WatchShell::Impl {
  Impl(WatchShell& shell, KubeClient& from) : owner(shell), client(from), timer(from.io()) {}

  WatchShell& owner;
  KubeClient& client;
  boost::asio::steady_timer timer;
  TimePoint armed = TimePoint::max();
  std::unique_ptr<KubeStream> stream;
  std::uint64_t id = 0;
  bool stopped = false;
};

WatchShell::WatchShell(KubeClient& client) : impl_(std::make_shared<Impl>(*this, client)) {}
WatchShell::~WatchShell() = default;

void WatchShell::open_stream(std::uint64_t id, KubeRequest request) {
  impl_->stream.reset();
  impl_->id = id;
  // The reflector watches over silence itself, since it knows list from watch.
  impl_->stream = impl_->client.open(std::move(request), *this, {});
}

void WatchShell::on_open() { stream_opened(impl_->id); }
void WatchShell::on_bytes(std::string_view bytes) { stream_bytes(impl_->id, bytes); }
void WatchShell::on_end(ApiResult<> outcome) { stream_ended(impl_->id, std::move(outcome)); }

void WatchShell::close_stream() { impl_->stream.reset(); }

void WatchShell::wake_at(TimePoint when) {
  // An earlier wake-up than needed does no harm, and most steps only move the time on.
  if (impl_->stopped || impl_->armed <= when) return;
  impl_->armed = when;
  impl_->timer.expires_at(when);
  impl_->timer.async_wait([weak = std::weak_ptr(impl_)](const boost::system::error_code& ec) {
    const auto impl = weak.lock();
    if (!impl || impl->stopped || ec) return;
    impl->armed = TimePoint::max();
    impl->owner.wake();
  });
}

void WatchShell::stop_shell() {
  impl_->stopped = true;
  impl_->stream.reset();
  impl_->timer.cancel();
}

bool WatchShell::stopped() const { return impl_->stopped; }

ApiResult<> WatchShell::unreadable(const Error& error) {
  ApiError failure;
  failure.kind = ApiErrorKind::bad_response;
  failure.message = "the stream cannot be read: " + error.message;
  return std::unexpected(std::move(failure));
}

}  // namespace weft

#include "backend/notification_loop.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <cerrno>
#include <optional>
#include <utility>

namespace weft {

namespace {

// Read at most this many in one go, so that a storm does not keep the thread from its other work.
constexpr int kMaxDatagrams = 1000;

bool loses_messages(const Error& error) { return error.code == ENOBUFS || error.code == EMSGSIZE; }

}  // namespace

class NotificationLoop::Impl : public std::enable_shared_from_this<Impl> {
 public:
  Impl(boost::asio::io_context& context, netlink::Listener listener, Judge judge, Handler handler)
      : listener_(std::move(listener)),
        descriptor_(context, listener_.fd()),
        judge_(std::move(judge)),
        handler_(std::move(handler)) {}
  // The listener closes the descriptor itself.
  ~Impl() { descriptor_.release(); }

  netlink::Listener& listener() { return listener_; }

  void wait() {
    descriptor_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                           [weak = weak_from_this()](const boost::system::error_code& error) {
                             const auto self = weak.lock();
                             if (self && !error) self->on_readable();
                           });
  }

 private:
  void on_readable() {
    const auto event = drain();
    if (event != MonitorEvent::broken) wait();
    if (event) handler_(*event);
  }

  std::optional<MonitorEvent> drain() {
    std::optional<MonitorEvent> event;
    for (int i = 0; i < kMaxDatagrams; ++i) {
      const auto datagram = listener_.next();
      if (!datagram && !loses_messages(datagram.error())) return MonitorEvent::broken;
      if (!datagram) {
        event = MonitorEvent::lost;
        continue;
      }
      const auto bytes = datagram->value_or(std::span<const std::byte>());
      if (bytes.empty()) break;
      if (matters(bytes) && !event) event = MonitorEvent::changed;
    }
    return event;
  }

  // Every message is judged, also after one that matters: the judge may take note of them.
  bool matters(std::span<const std::byte> datagram) const {
    bool any = false;
    netlink::MessageReader reader(datagram);
    while (const auto view = reader.next()) any = judge_(*view) || any;
    return any;
  }

  netlink::Listener listener_;
  boost::asio::posix::stream_descriptor descriptor_;
  Judge judge_;
  Handler handler_;
};

NotificationLoop::NotificationLoop(boost::asio::io_context& context, netlink::Listener listener, Judge judge,
                                   Handler handler)
    : impl_(std::make_shared<Impl>(context, std::move(listener), std::move(judge), std::move(handler))) {
  impl_->wait();
}

NotificationLoop::NotificationLoop(NotificationLoop&&) noexcept = default;
NotificationLoop& NotificationLoop::operator=(NotificationLoop&&) noexcept = default;
NotificationLoop::~NotificationLoop() = default;

netlink::Listener& NotificationLoop::listener() { return impl_->listener(); }

}  // namespace weft

// Waits on a netlink listener and says when something that matters has come.
//
// Owns: the listener and a wait on it. Threading: everything, judge and handler included, on the io_context's one
// thread. Notifications that are waiting together give one call of the handler, which must not destroy the loop.
#pragma once

#include "backend/netlink/listener.h"
#include "backend/netlink/message_view.h"

#include <cstdint>
#include <functional>
#include <memory>

namespace boost::asio {
class io_context;
}

namespace weft {

enum class MonitorEvent : std::uint8_t {
  changed,  // something that matters
  lost,     // notifications were lost (ENOBUFS): anything may have changed
  broken,   // the listener failed and is silent from now on: open another one
};

class NotificationLoop {
 public:
  using Judge = std::function<bool(netlink::MessageView)>;  // whether a message matters
  using Handler = std::function<void(MonitorEvent)>;

  NotificationLoop(boost::asio::io_context& context, netlink::Listener listener, Judge judge, Handler handler);
  NotificationLoop(NotificationLoop&&) noexcept;
  NotificationLoop& operator=(NotificationLoop&&) noexcept;
  ~NotificationLoop();  // neither judge nor handler is called again

  [[nodiscard]] netlink::Listener& listener();

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace weft

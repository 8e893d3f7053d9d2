// A letter box with room for one letter: a newer value replaces the one that waits.
//
// This is how values travel down (docs/adr/0003): a slow reader sees the latest state, never a queue of old ones.
// Threading: put() from any thread; `receive` runs on the thread behind `post`. The receiver must outlive that
// thread's last task.
#pragma once

#include "daemon/post.h"

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

namespace weft {

template <class T>
class Mailbox {
 public:
  using Receive = std::function<void(T)>;

  Mailbox(Post post, Receive receive) : post_(std::move(post)), slot_(std::make_shared<Slot>(std::move(receive))) {}

  void put(T value) {
    bool waiting = false;
    {
      const std::scoped_lock lock(slot_->mutex);
      waiting = slot_->value.has_value();
      slot_->value = std::move(value);
    }
    if (!waiting) post_([slot = slot_] { slot->deliver(); });
  }

 private:
  struct Slot {
    explicit Slot(Receive r) : receive(std::move(r)) {}

    void deliver() {
      std::optional<T> taken;
      {
        const std::scoped_lock lock(mutex);
        taken.swap(value);
      }
      if (taken) receive(std::move(*taken));
    }

    Receive receive;
    std::mutex mutex;
    std::optional<T> value;
  };

  Post post_;
  std::shared_ptr<Slot> slot_;
};

}  // namespace weft

#include "daemon/mailbox.h"

#include "daemon/worker.h"

#include <gtest/gtest.h>

#include <deque>
#include <future>
#include <vector>

namespace weft {
namespace {

// A thread that runs when the test says so.
struct Queue {
  std::deque<std::function<void()>> tasks;
  Post post() {
    return [this](std::function<void()> task) { tasks.push_back(std::move(task)); };
  }
  void run() {
    while (!tasks.empty()) {
      auto task = std::move(tasks.front());
      tasks.pop_front();
      task();
    }
  }
};

TEST(Mailbox, TheLatestWins) {
  Queue queue;
  std::vector<int> seen;
  Mailbox<int> box(queue.post(), [&seen](int value) { seen.push_back(value); });
  for (int i = 1; i <= 3; ++i) box.put(i);
  EXPECT_EQ(queue.tasks.size(), 1U);
  queue.run();
  box.put(4);
  queue.run();
  EXPECT_EQ(seen, (std::vector<int>{3, 4}));
}

TEST(Mailbox, AValuePutByTheReceiverArrivesToo) {
  Queue queue;
  std::vector<int> seen;
  std::function<void(int)> receive;
  Mailbox<int> box(queue.post(), [&](int value) { receive(value); });
  receive = [&](int value) {
    seen.push_back(value);
    if (value < 3) box.put(value + 1);
  };
  box.put(1);
  queue.run();
  EXPECT_EQ(seen, (std::vector<int>{1, 2, 3}));
}

TEST(Mailbox, TheLastValueArrivesFromAnotherThread) {
  constexpr int kLast = 10'000;
  Worker worker("test");
  std::promise<void> last;
  Mailbox<int> box(worker.post(), [&last](int value) {
    if (value == kLast) last.set_value();
  });
  worker.start();
  for (int i = 1; i <= kLast; ++i) box.put(i);
  EXPECT_EQ(last.get_future().wait_for(std::chrono::seconds(20)), std::future_status::ready);
  EXPECT_TRUE(worker.stop(std::chrono::seconds(20)));
}

TEST(Worker, AThreadStuckInTheKernelDoesNotHoldUpTheEnd) {
  Worker worker("test");
  std::promise<void> release;
  std::promise<void> entered;
  worker.start();
  worker.post()([&] {
    entered.set_value();
    release.get_future().wait();
  });
  entered.get_future().wait();
  EXPECT_FALSE(worker.stop(std::chrono::milliseconds(10)));
  release.set_value();
}

}  // namespace
}  // namespace weft

// Every daemon of a large cluster starts in the same instant, as after a power cut.
#include "subnet/reflector.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <map>
#include <random>
#include <utility>
#include <vector>

namespace weft {
namespace {

using namespace std::chrono_literals;

struct Thing {
  using Object = std::string;
};

// An API server by the rules of its priority and fairness (apiserver flowcontrol): so many lists at a time, a queue
// for one flow, and 429 with Retry-After beyond that.
class HerdTest : public testing::Test {
 protected:
  static constexpr std::size_t kNodes = 5000;
  static constexpr std::size_t kSeats = 10;
  static constexpr std::size_t kQueue = 300;
  static constexpr std::chrono::milliseconds kServing = 100ms;

  struct Daemon {
    explicit Daemon(std::uint64_t seed)
        : reflector({.path = "/things", .resource = "things"},
                    [engine = std::mt19937_64(seed)]() mutable { return engine(); }) {}
    Reflector<Thing> reflector;
    unsigned requests = 0;
    bool listed = false;
  };

  HerdTest() {
    for (std::size_t i = 0; i < kNodes; ++i) daemons_.emplace_back(i + 1);
  }

  void step(std::size_t i, ReflectorInput<std::string> input) {
    auto& daemon = daemons_[i];
    for (auto& action : daemon.reflector.step(std::move(input), now_)) {
      if (const auto* open = std::get_if<OpenStream>(&action); open && !daemon.listed) ask(i, *open);
    }
    if (!daemon.listed && daemon.reflector.wake_at() > now_) later_.emplace(daemon.reflector.wake_at(), i);
  }

  void ask(std::size_t i, const OpenStream& stream) {
    ++daemons_[i].requests;
    asked_.emplace_back(i, stream);
  }

  // Requests go into the queue or are refused; seats that are free take from the queue.
  void serve() {
    while (!asked_.empty()) {
      const auto [i, stream] = std::move(asked_.front());
      asked_.pop_front();
      if (queue_.size() < kQueue) {
        queue_.emplace_back(i, stream);
        continue;
      }
      ApiError busy{ApiErrorKind::http, 429, "", "Too many requests, please try again later.", 1s};
      step(i, StreamEnded{stream.id, std::unexpected(busy)});
    }
    while (busy_.size() < kSeats && !queue_.empty()) {
      busy_.emplace(now_ + kServing, std::move(queue_.front()));
      queue_.pop_front();
    }
  }

  void finish_served() {
    while (!busy_.empty() && busy_.begin()->first <= now_) {
      const auto [i, stream] = std::move(busy_.extract(busy_.begin()).mapped());
      answer(i, stream);
    }
  }

  void answer(std::size_t i, const OpenStream& stream) {
    StreamReceived<std::string> all{stream.id, {}};
    auto& head = all.events.emplace_back().head;
    head.resource_version = "7";
    head.type = stream.framing == Framing::list ? EventType::list_end : EventType::bookmark;
    head.initial_events_end = true;
    step(i, StreamOpened{stream.id});
    step(i, std::move(all));
    if (stream.framing == Framing::list) step(i, StreamEnded{stream.id, {}});
    daemons_[i].listed = true;
    ++listed_;
  }

  void wake_daemons() {
    while (!later_.empty() && later_.begin()->first <= now_) {
      const auto i = later_.extract(later_.begin()).mapped();
      if (!daemons_[i].listed && daemons_[i].reflector.wake_at() <= now_) step(i, Tick{});
    }
  }

  std::vector<Daemon> daemons_;
  TimePoint now_{1h};
  std::multimap<TimePoint, std::size_t> later_;
  std::deque<std::pair<std::size_t, OpenStream>> asked_;
  std::deque<std::pair<std::size_t, OpenStream>> queue_;
  std::multimap<TimePoint, std::pair<std::size_t, OpenStream>> busy_;
  std::size_t listed_ = 0;
};

TEST_F(HerdTest, AllAreListedWithAFewRequestsEachAndTheServerNeverIdle) {
  const TimePoint start = now_;
  for (std::size_t i = 0; i < kNodes; ++i) step(i, Tick{});
  while (listed_ < kNodes && now_ < start + 10min) {
    wake_daemons();
    serve();
    now_ += 10ms;
    finish_served();
  }
  EXPECT_EQ(listed_, kNodes);
  const auto floor = kServing * kNodes / kSeats;
  EXPECT_LT(now_ - start, floor * 11 / 10) << "nobody waits long while there is room";
  const auto requests = [](const Daemon& daemon) { return daemon.requests; };
  EXPECT_LE(std::ranges::max(daemons_, {}, requests).requests, 10U);
  std::size_t all = 0;
  for (const auto& daemon : daemons_) all += daemon.requests;
  EXPECT_LE(all, 8 * kNodes);
}

}  // namespace
}  // namespace weft

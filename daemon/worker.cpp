#include "daemon/worker.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <csignal>
#include <future>
#include <thread>
#include <utility>

#include <pthread.h>

namespace weft {

struct Worker::Impl {
  explicit Impl(std::string n) : name(std::move(n)), guard(io.get_executor()) {}

  void run() {
    pthread_setname_np(pthread_self(), name.c_str());
    io.run();
    ended.set_value();
  }

  std::string name;
  boost::asio::io_context io{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard;
  std::promise<void> ended;
  std::future<void> end = ended.get_future();
  std::thread thread;
};

namespace {

// Signals are the reactor's: a thread that is started with all of them blocked never gets one.
class BlockedSignals {
 public:
  BlockedSignals() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~BlockedSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  BlockedSignals(const BlockedSignals&) = delete;
  BlockedSignals& operator=(const BlockedSignals&) = delete;

 private:
  sigset_t before_{};
};

}  // namespace

Worker::Worker(std::string name) : impl_(std::make_unique<Impl>(std::move(name))) {}

Worker::~Worker() {
  impl_->io.stop();
  if (impl_->thread.joinable()) impl_->thread.join();
}

void Worker::start() {
  const BlockedSignals blocked;
  impl_->thread = std::thread([this] { impl_->run(); });
}

Post Worker::post() { return post_to(impl_->io); }

boost::asio::io_context& Worker::io() { return impl_->io; }

bool Worker::stop(std::chrono::milliseconds patience) {
  impl_->io.stop();
  if (!impl_->thread.joinable()) return true;
  if (impl_->end.wait_for(patience) != std::future_status::ready) return false;
  impl_->thread.join();
  return true;
}

Post post_to(boost::asio::io_context& io) {
  return [&io](std::function<void()> task) { boost::asio::post(io, std::move(task)); };
}

}  // namespace weft

// A thread with an io_context of its own.
//
// Threading: post() from any thread; io() for objects that live on this thread. stop() asks it to end and waits
// at most `patience`: the kernel may hold it in a system call (the RTNL lock, nf_tables' commit lock) for longer,
// and then it is left to the end of the process.
#pragma once

#include "daemon/post.h"

#include <chrono>
#include <memory>
#include <string>

namespace boost::asio {
class io_context;
}

namespace weft {

class Worker {
 public:
  explicit Worker(std::string name);  // at most 15 characters: the thread's name
  ~Worker();                          // stop() without limit
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  void start();
  [[nodiscard]] Post post();
  [[nodiscard]] boost::asio::io_context& io();
  // False when the thread has not ended in time.
  [[nodiscard]] bool stop(std::chrono::milliseconds patience);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

[[nodiscard]] Post post_to(boost::asio::io_context& io);

}  // namespace weft

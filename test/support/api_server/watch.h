// One running watch: turns the store's log into event lines. Pure; the session writes them and sleeps in between.
#pragma once

#include "test/support/api_server/api.h"

#include <chrono>
#include <optional>
#include <string>

namespace weft::test {

class Watch {
 public:
  using Time = std::chrono::steady_clock::time_point;

  Watch(const Api& api, WatchGrant grant, Time now);

  // The event lines that are due, at most about 64 KiB; empty: nothing before wake_at().
  [[nodiscard]] std::string next(Time now);
  // The stream is to be closed (time-out, or an ERROR event was sent).
  [[nodiscard]] bool ended(Time now) const { return done_ || now >= deadline_; }
  [[nodiscard]] Time wake_at() const { return std::min(deadline_, next_bookmark_); }

 private:
  void append_initial(std::string& lines);
  void append_changes(std::string& lines);
  void append_bookmark(std::string& lines, bool end_of_initial);
  [[nodiscard]] bool wanted(const std::string& key) const;
  [[nodiscard]] std::string event(std::string_view type, const StoredObject& object) const;

  const Api& api_;
  WatchGrant grant_;
  Revision cursor_;  // everything up to here was sent
  Time deadline_;
  Time next_bookmark_;
  bool started_ = false;
  bool done_ = false;
};

}  // namespace weft::test

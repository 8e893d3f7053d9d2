// Faults to order: each matches some requests, happens a number of times and then is used up.
#pragma once

#include "test/support/api_server/call.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

namespace weft::test {

enum class FaultAction : std::uint8_t {
  status,          // answer `code` with a Status object (Retry-After if given)
  text,            // the same as plain text, as the real server's filters do for 429
  html,            // the same as a load balancer's HTML page
  redirect,        // 302 to nowhere
  drop_before,     // close the connection, nothing done
  drop_after,      // do it, then close without an answer: unknown outcome; a watch: close after the header
  hang,            // never answer; a watch: answer the header, then silence
  truncate,        // half of the body, then close; a watch: half of an event
  endless_header,  // a header line that never ends
  gzip,            // the right answer, compressed though nobody asked; a watch: one member a flush, as the real one
  garbage,         // a 200 whose body is no JSON; a watch: a line that is no JSON
  expire,          // a watch: an ERROR event with code 410, then the end
  end_watch,       // a watch: a clean end after the first events
  delay,           // the right answer, `delay` late
};
[[nodiscard]] std::optional<FaultAction> parse_fault_action(std::string_view text);  // "drop-before"

struct Fault {
  FaultAction action = FaultAction::status;
  // Empty matches all. `resource` is full: "nodes/status". `agent` is found anywhere in the User-Agent.
  std::string verb = {};
  std::string resource = {};
  std::string name = {};
  std::string agent = {};
  unsigned skip = 0;   // let so many matching requests pass first
  unsigned count = 1;  // then happen so often; 0 = for ever
  unsigned code = 500;
  unsigned retry_after = 0;            // seconds
  std::chrono::milliseconds delay{0};  // before the answer, with any action
};

class FaultPlan {
 public:
  void add(Fault fault) { faults_.push_back(std::move(fault)); }
  void clear() { faults_.clear(); }
  // Faults that have not been used up: a test asserts 0 at its end.
  [[nodiscard]] std::size_t pending() const;
  // The first fault that matches, counted down.
  [[nodiscard]] std::optional<Fault> take(const Call& call, const std::string& agent);

 private:
  std::vector<Fault> faults_;
};

// The answer of the actions status, text, html, redirect, garbage.
[[nodiscard]] Reply fault_reply(const Fault& fault);

}  // namespace weft::test

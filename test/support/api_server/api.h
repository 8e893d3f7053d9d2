// The Kubernetes API on the store: one request in, one answer or one watch out. No sockets, no clocks of its own
// beyond the time stamps in objects. Not thread-safe: the server calls it on its one thread.
#pragma once

#include "test/support/api_server/call.h"
#include "test/support/api_server/faults.h"
#include "test/support/api_server/list_options.h"
#include "test/support/api_server/object_store.h"
#include "test/support/api_server/users.h"

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace weft::test {

// A watch that was granted; watch.h turns it into events.
struct WatchGrant {
  std::string prefix;    // keys to watch: "nodes/"
  std::string only_key;  // with a field selector
  std::string kind;      // of the bookmarks
  bool metadata_only = false;
  bool bookmarks = false;
  bool list_first = false;    // start with the present state as ADDED events …
  bool end_bookmark = false;  // … closed by the initial-events-end bookmark
  std::string error;          // a Status: one ERROR event with it, then the end
  Revision from = 0;          // deliver what comes after this
  std::optional<unsigned> timeout_seconds;
};

using Answer = std::variant<Reply, WatchGrant>;

enum class Stall : std::uint8_t {
  none,
  events,      // watches deliver nothing new, bookmarks repeat the old version
  everything,  // half-open: not a byte
};

// Settings a test changes while the server runs.
struct Behaviour {
  bool watch_list = true;                  // WatchList feature gate; off: 422 as the real server answers
  std::optional<Revision> stale_revision;  // what reads with resourceVersion=0 see; none: the present
  Stall stall = Stall::none;
  std::chrono::milliseconds bookmark_interval{60'000};
  std::size_t cut = 0;      // write at most so many bytes at once; 0 = no limit
  bool random_cut = false;  // cuts of random length up to `cut`
};

class Api {
 public:
  ObjectStore store;
  Users users;
  FaultPlan faults;
  Behaviour behaviour;
  // Requests by verb and full resource, then by code (0: no answer was sent; 200 for a watch when it begins).
  std::map<std::string, std::map<int, std::size_t>> counts;

  // Authentication and authorization are the caller's (Users::check), so that faults can come in between.
  [[nodiscard]] Answer handle(const Call& call, const HttpRequest& request);
  void count(const Call& call, int code) { ++counts[call.verb + " " + call.full_resource()][code]; }

 private:
  Reply get(const Call& call);
  Reply list(const Call& call);
  Answer watch(const Call& call);
  Reply create(const Call& call, const std::string& body);
  Reply patch(const Call& call, const std::string& content_type, const std::string& body);
  Reply remove(const Call& call, const std::string& body);
};

// What a watch from a version that is gone gets.
[[nodiscard]] Reply expired_watch(const ObjectStore& store, Revision asked);
[[nodiscard]] std::string random_uid();
[[nodiscard]] std::string timestamp();  // now, RFC 3339, seconds

}  // namespace weft::test

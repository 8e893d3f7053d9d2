// The reflector without its objects: which stream to open when, and what each event means.
//
// Pure, as reflector.h says. One stream is open at a time; its id grows with each and is never 0. After each call
// wake_at() says when tick() is due. Which failure leads to what is in reflector_failures.cpp.
#pragma once

#include "subnet/backoff.h"
#include "subnet/event_scanner.h"
#include "subnet/kube_error.h"
#include "subnet/kube_request.h"
#include "subnet/lease.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace weft {

// -- what the consumer sees, as far as it needs no object --
struct ListBegin {
  View view = View::full;
};
enum class ListHow : std::uint8_t { watch_list, paged_list };

struct ListEnd {
  Revision revision = 0;
  ListHow how = ListHow::paged_list;
  View view = View::full;
  // The list's revision is smaller than one already seen: etcd was restored, or this is another cluster.
  bool went_back = false;
};
struct Bookmark {
  Revision revision = 0;
};
// The connection ended badly, or the server refused. Either the watch resumes without a gap (the next event is no
// ListBegin) or a list follows.
struct StreamBroken {
  std::string reason;
  std::chrono::milliseconds retry_in{};
};

// -- inputs: what happened to the stream `id`; those of a stream that is no longer current are ignored --
struct Tick {};
struct StreamOpened {
  std::uint64_t id = 0;
};
struct StreamEnded {
  std::uint64_t id = 0;
  ApiResult<> outcome;
};
// List again after `after`; the present watch goes on until then.
struct Relist {
  std::chrono::milliseconds after{};
};
// Restarts the stream with other objects. To metadata: the watch goes on at its revision. To full: a list, for
// only that brings the specs of Nodes that do not change.
struct SetView {
  View view = View::full;
};

// -- actions --
struct OpenStream {
  std::uint64_t id = 0;
  Framing framing = Framing::watch;
  KubeRequest request;
};
struct CloseStream {
  std::uint64_t id = 0;
};

struct ReflectorOptions {
  std::string path;      // "/api/v1/nodes"
  std::string resource;  // "nodes"
  View view = View::full;
  unsigned page_limit = 500;
  bool watch_list = true;                                  // try sendInitialEvents
  std::chrono::milliseconds list_silence{30'000};          // no byte of a list for so long: broken
  std::chrono::milliseconds list_total{300'000};           // a list takes no longer than this
  std::chrono::milliseconds watch_silence{180'000};        // bookmarks come about once a minute
  std::chrono::milliseconds first_wait = Backoff::kFirst;  // after the first failure; doubles
  std::chrono::seconds watch_min{300};                     // timeoutSeconds is uniform in [watch_min, 2 * watch_min]
};

enum class ReflectorPhase : std::uint8_t { idle, waiting, listing, watching };
[[nodiscard]] std::string_view to_string(ReflectorPhase phase);

// For health and metrics.
struct ReflectorStatus {
  ReflectorPhase phase = ReflectorPhase::idle;
  bool connected = false;     // the present stream was opened by the server
  Revision revision = 0;      // last seen
  std::string last_error;     // of the last StreamBroken; empty again once a stream opened
  TimePoint last_received{};  // any byte
  std::uint64_t lists = 0;
  std::uint64_t watches = 0;
  std::uint64_t expired = 0;  // 410
  std::uint64_t broken = 0;
  std::uint64_t events = 0;
};

using CoreAction = std::variant<OpenStream, CloseStream, ListBegin, ListEnd, Bookmark, StreamBroken>;
using CoreActions = std::vector<CoreAction>;

// What the object of an event is to the consumer.
enum class Verdict : std::uint8_t { drop, item, upsert, deleted };

class ReflectorCore {
 public:
  ReflectorCore(ReflectorOptions options, RandomSource random);

  void tick(TimePoint now, CoreActions& out);
  void opened(const StreamOpened& stream, TimePoint now, CoreActions& out);
  // Bytes came in; false if the stream is not the present one.
  [[nodiscard]] bool received(std::uint64_t id, TimePoint now);
  // One event of the present stream. It may end that stream: ask is_current() before the next.
  [[nodiscard]] Verdict event(const DecodedHead& head, TimePoint now, CoreActions& out);
  void ended(const StreamEnded& stream, TimePoint now, CoreActions& out);
  void relist(const Relist& request, TimePoint now, CoreActions& out);
  void set_view(const SetView& request, TimePoint now, CoreActions& out);

  [[nodiscard]] bool is_current(std::uint64_t id) const { return id != 0 && id == stream_; }
  [[nodiscard]] TimePoint wake_at() const;
  [[nodiscard]] const ReflectorStatus& status() const { return status_; }

 private:
  enum class Op : std::uint8_t { watch_list, list, watch };

  void open(TimePoint now, CoreActions& out);
  void relist_now(TimePoint now, CoreActions& out);
  void begin_list(Op op, TimePoint now, CoreActions& out);
  void close(CoreActions& out);
  void finish_list(std::string revision, ListHow how, TimePoint now, CoreActions& out);
  Verdict watch_list_event(const DecodedHead& head, TimePoint now, CoreActions& out);
  Verdict list_event(const DecodedHead& head, TimePoint now, CoreActions& out);
  Verdict watch_event(const DecodedHead& head, TimePoint now, CoreActions& out);
  // True if the revision moves on; false after it went back, which leads to a new list.
  bool advance(const DecodedHead& head, TimePoint now, CoreActions& out);
  void page_ended(TimePoint now, CoreActions& out);
  void watch_ended(TimePoint now, CoreActions& out);

  // What went wrong decides what comes next and when.
  void fail(const ApiError& error, TimePoint now, CoreActions& out);
  [[nodiscard]] bool watch_is_hopeless(const ApiError& error);
  void retry(Op op, const ApiError& error, TimePoint now, CoreActions& out);
  void restart_list(const ApiError& error, TimePoint now, CoreActions& out);
  void report_broken(const ApiError& error, std::chrono::milliseconds wait, CoreActions& out);

  [[nodiscard]] Op first_op() const { return options_.watch_list ? Op::watch_list : Op::list; }
  [[nodiscard]] TimePoint deadline() const;

  ReflectorOptions options_;
  RandomSource random_;
  Backoff backoff_;
  ReflectorStatus status_;
  View view_;  // wanted; a list or watch that is open may have another
  View stream_view_ = View::full;
  Op op_ = Op::watch_list;
  std::uint64_t stream_ = 0;  // 0: none
  std::uint64_t last_stream_ = 0;
  bool opened_ = false;     // the server accepted the stream
  bool any_event_ = false;  // the stream brought something
  TimePoint started_{};     // the stream was asked for, then: opened
  TimePoint list_started_{};
  TimePoint due_{};                     // while waiting
  std::optional<TimePoint> relist_at_;  // asked for by the consumer
  std::optional<TimePoint> free_list_;  // the last list that a 410 started without a wait
  std::string revision_;                // to watch from; empty until a list is complete
  std::string continue_token_;
  std::string page_revision_;  // all pages of a list must have it
  bool page_complete_ = false;
  unsigned refused_watches_ = 0;  // in a row, by the server
  unsigned silent_watches_ = 0;   // in a row
};

}  // namespace weft

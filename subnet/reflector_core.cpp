#include "subnet/reflector_core.h"

#include "subnet/node_codec.h"
#include "subnet/reflector_request.h"

#include <algorithm>
#include <utility>

namespace weft {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr milliseconds kOpening = 120s;   // the client has its own, shorter deadlines: this is a backstop
constexpr milliseconds kShortWatch = 1s;  // shorter, and without an event: a broken proxy, not a time-out

ApiError event_error(const DecodedHead& head) {
  ApiError error{ApiErrorKind::http, head.code, head.reason, "watch: " + head.message, std::nullopt};
  if (head.retry_after > 0) error.retry_after = std::chrono::seconds(std::min(head.retry_after, 3600));
  return error;
}

ApiError unusable(std::string why) { return {ApiErrorKind::bad_response, 0, "", std::move(why), std::nullopt}; }

}  // namespace

std::string_view to_string(ReflectorPhase phase) {
  switch (phase) {
    case ReflectorPhase::idle:
      return "idle";
    case ReflectorPhase::waiting:
      return "waiting";
    case ReflectorPhase::listing:
      return "listing";
    case ReflectorPhase::watching:
      return "watching";
  }
  return "?";
}

ReflectorCore::ReflectorCore(ReflectorOptions options, RandomSource random)
    : options_(std::move(options)),
      random_(std::move(random)),
      backoff_(random_, options_.first_wait),
      view_(options_.view) {}

TimePoint ReflectorCore::deadline() const {
  if (!opened_) return started_ + kOpening;
  if (op_ == Op::watch) return status_.last_received + options_.watch_silence;
  return std::min(status_.last_received + options_.list_silence, list_started_ + options_.list_total);
}

TimePoint ReflectorCore::wake_at() const {
  if (status_.phase == ReflectorPhase::idle) return TimePoint::min();
  const TimePoint next = stream_ != 0 ? deadline() : due_;
  return relist_at_ ? std::min(next, *relist_at_) : next;
}

void ReflectorCore::tick(TimePoint now, CoreActions& out) {
  if (status_.phase == ReflectorPhase::idle) {
    begin_list(first_op(), now, out);
    return;
  }
  if (relist_at_ && now >= *relist_at_) relist_now(now, out);
  if (stream_ == 0) {
    if (now >= due_) open(now, out);
  } else if (now >= deadline()) {
    fail({ApiErrorKind::timeout, 0, "", opened_ ? "nothing received for too long" : "the stream did not open",
          std::nullopt},
         now, out);
  }
}

// -- streams --

void ReflectorCore::open(TimePoint now, CoreActions& out) {
  const auto timeout = std::chrono::duration_cast<std::chrono::seconds>(
      random_between(options_.watch_min, 2 * options_.watch_min, random_));
  const bool next_page = op_ == Op::list && !continue_token_.empty();
  if (!next_page) stream_view_ = view_;
  OpenStream stream;
  stream.id = stream_ = ++last_stream_;
  stream.framing = op_ == Op::list ? Framing::list : Framing::watch;
  if (op_ == Op::list) stream.request = list_request(options_, stream_view_, continue_token_);
  if (op_ == Op::watch) stream.request = watch_request(options_, stream_view_, revision_, timeout);
  if (op_ == Op::watch_list) stream.request = watch_list_request(options_, stream_view_, timeout);
  if (op_ != Op::watch && !next_page) {
    ++status_.lists;
    list_started_ = now;
  }
  if (op_ != Op::list) ++status_.watches;
  status_.phase = op_ == Op::watch ? ReflectorPhase::watching : ReflectorPhase::listing;
  started_ = now;
  opened_ = any_event_ = page_complete_ = false;
  out.emplace_back(std::move(stream));
}

void ReflectorCore::begin_list(Op op, TimePoint now, CoreActions& out) {
  close(out);
  op_ = op;
  relist_at_.reset();
  continue_token_.clear();
  page_revision_.clear();
  open(now, out);
}

void ReflectorCore::close(CoreActions& out) {
  if (stream_ == 0) return;
  out.emplace_back(CloseStream{stream_});
  stream_ = 0;
  status_.connected = false;
}

void ReflectorCore::opened(const StreamOpened& stream, TimePoint now, CoreActions& out) {
  if (!is_current(stream.id)) return;
  const bool first_page = op_ == Op::watch_list || (op_ == Op::list && continue_token_.empty());
  opened_ = true;
  started_ = status_.last_received = now;
  status_.connected = true;
  status_.last_error.clear();
  if (first_page) out.emplace_back(ListBegin{stream_view_});
}

bool ReflectorCore::received(std::uint64_t id, TimePoint now) {
  if (!is_current(id)) return false;
  status_.last_received = now;
  return true;
}

void ReflectorCore::ended(const StreamEnded& stream, TimePoint now, CoreActions& out) {
  if (!is_current(stream.id)) return;
  stream_ = 0;
  status_.connected = false;
  if (!stream.outcome) return fail(stream.outcome.error(), now, out);
  if (op_ == Op::list) return page_ended(now, out);
  if (op_ == Op::watch) return watch_ended(now, out);
  fail(unusable("the watch ended before the initial objects were complete"), now, out);
}

void ReflectorCore::page_ended(TimePoint now, CoreActions& out) {
  if (!page_complete_) return fail(unusable("the list ended before it was complete"), now, out);
  if (!continue_token_.empty()) return open(now, out);
  finish_list(page_revision_, ListHow::paged_list, now, out);
  open(now, out);
}

void ReflectorCore::watch_ended(TimePoint now, CoreActions& out) {
  if (!any_event_ && now - started_ < kShortWatch) {
    return fail(unusable("the watch ended at once and without an event"), now, out);
  }
  open(now, out);
}

void ReflectorCore::relist(const Relist& request, TimePoint now, CoreActions& out) {
  const TimePoint at = now + request.after;
  relist_at_ = relist_at_ ? std::min(*relist_at_, at) : at;
  if (status_.phase != ReflectorPhase::idle && now >= *relist_at_) relist_now(now, out);
}

void ReflectorCore::relist_now(TimePoint now, CoreActions& out) {
  if (status_.phase != ReflectorPhase::waiting) return begin_list(first_op(), now, out);
  // The server is to be left alone until due_; then it is a list.
  relist_at_.reset();
  if (op_ == Op::watch) op_ = first_op();
}

void ReflectorCore::set_view(const SetView& request, TimePoint now, CoreActions& out) {
  if (request.view == view_) return;
  view_ = request.view;
  if (status_.phase == ReflectorPhase::idle) return;
  if (view_ == View::full) return relist({}, now, out);
  // A list under way is left to end: full objects have all that metadata has.
  if (status_.phase == ReflectorPhase::watching) {
    close(out);
    open(now, out);
  }
}

// -- events --

Verdict ReflectorCore::event(const DecodedHead& head, TimePoint now, CoreActions& out) {
  any_event_ = true;
  ++status_.events;
  switch (op_) {
    case Op::list:
      return list_event(head, now, out);
    case Op::watch_list:
      return watch_list_event(head, now, out);
    case Op::watch:
      return watch_event(head, now, out);
  }
  return Verdict::drop;
}

Verdict ReflectorCore::list_event(const DecodedHead& head, TimePoint now, CoreActions& out) {
  if (head.type == EventType::item) return Verdict::item;
  if (!page_revision_.empty() && page_revision_ != head.resource_version) {
    fail(unusable("the pages of one list have two resourceVersions, " + page_revision_ + " and " +
                  head.resource_version),
         now, out);
    return Verdict::drop;
  }
  page_revision_ = head.resource_version;
  continue_token_ = head.continue_token;
  page_complete_ = true;
  return Verdict::drop;
}

Verdict ReflectorCore::watch_list_event(const DecodedHead& head, TimePoint now, CoreActions& out) {
  switch (head.type) {
    case EventType::added:
    case EventType::modified:
      return Verdict::item;
    case EventType::deleted:
      return Verdict::deleted;
    case EventType::error:
      fail(event_error(head), now, out);
      return Verdict::drop;
    case EventType::bookmark:
      break;
    default:
      return Verdict::drop;
  }
  if (!head.initial_events_end) return Verdict::drop;
  finish_list(head.resource_version, ListHow::watch_list, now, out);
  status_.phase = ReflectorPhase::watching;
  if (stream_view_ != view_) {
    close(out);
    open(now, out);
  }
  return Verdict::drop;
}

Verdict ReflectorCore::watch_event(const DecodedHead& head, TimePoint now, CoreActions& out) {
  if (head.type == EventType::error) {
    fail(event_error(head), now, out);
    return Verdict::drop;
  }
  if (!advance(head, now, out)) return Verdict::drop;
  switch (head.type) {
    case EventType::added:
    case EventType::modified:
      return Verdict::upsert;
    case EventType::deleted:
      return Verdict::deleted;
    case EventType::bookmark:
      out.emplace_back(Bookmark{status_.revision});
      return Verdict::drop;
    default:
      return Verdict::drop;
  }
}

bool ReflectorCore::advance(const DecodedHead& head, TimePoint now, CoreActions& out) {
  const Revision revision = parse_revision(head.resource_version);
  if (revision != 0 && revision < status_.revision) {
    restart_list(unusable("the watch went back from resourceVersion " + revision_ + " to " + head.resource_version),
                 now, out);
    return false;
  }
  refused_watches_ = silent_watches_ = 0;
  revision_ = head.resource_version;
  status_.revision = revision;
  return true;
}

void ReflectorCore::finish_list(std::string revision, ListHow how, TimePoint now, CoreActions& out) {
  const Revision number = parse_revision(revision);
  out.emplace_back(ListEnd{number, how, stream_view_, number != 0 && number < status_.revision});
  revision_ = std::move(revision);
  status_.revision = number;
  refused_watches_ = silent_watches_ = 0;
  continue_token_.clear();
  page_revision_.clear();
  op_ = Op::watch;
  started_ = now;
}

}  // namespace weft

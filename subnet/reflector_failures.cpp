// The part of ReflectorCore that decides what follows a failure.
#include "subnet/reflector_core.h"

#include <algorithm>

namespace weft {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr milliseconds kCapUnanswered = 5s;
constexpr milliseconds kCapAnswered = 30s;
constexpr milliseconds kFreeLists = 10s;  // lists that need no wait are no closer together than this
constexpr unsigned kMaxRefusedWatches = 5;
constexpr unsigned kMaxSilentWatches = 2;

// The request itself is refused, so that the same again would be too. 401 and 403 heal by a new token or a grant.
bool is_refusal(const ApiError& error) {
  static constexpr int kPassing[] = {401, 403, 408, 410, 429};
  return error.kind == ApiErrorKind::http && error.status >= 400 && error.status < 500 &&
         std::ranges::find(kPassing, error.status) == std::end(kPassing);
}

}  // namespace

void ReflectorCore::fail(const ApiError& error, TimePoint now, CoreActions& out) {
  const bool was_open = opened_;
  close(out);
  if (op_ == Op::watch_list && is_refusal(error)) return begin_list(Op::list, now, out);  // an older server
  ++status_.broken;
  if (error.is_expired()) return restart_list(error, now, out);
  if (op_ == Op::list) return retry(Op::list, error, now, out);
  if (op_ == Op::watch) return retry(watch_is_hopeless(error) ? first_op() : Op::watch, error, now, out);
  // client-go falls back on any error. Where nobody answered there is nothing to fall back from.
  retry(was_open || !error.is_unanswered() ? Op::list : Op::watch_list, error, now, out);
}

bool ReflectorCore::watch_is_hopeless(const ApiError& error) {
  static constexpr int kPatience[] = {401, 403, 429, 503};
  if (is_refusal(error)) return true;
  // A watch from a revision that the server has not reached yet (a store restored from a backup) is granted and says
  // nothing, not even bookmarks. A dead connection looks the same, but not twice.
  if (error.kind == ApiErrorKind::timeout && opened_ && !any_event_) return ++silent_watches_ >= kMaxSilentWatches;
  if (error.is_unanswered() || std::ranges::find(kPatience, error.status) != std::end(kPatience)) return false;
  // For instance 504 "Too large resource version": the server's store is older than what was seen.
  return ++refused_watches_ >= kMaxRefusedWatches;
}

void ReflectorCore::restart_list(const ApiError& error, TimePoint now, CoreActions& out) {
  close(out);
  if (error.is_expired()) ++status_.expired;
  const Op op = op_ == Op::watch ? first_op() : Op::list;
  if (free_list_ && now - *free_list_ < kFreeLists) return retry(op, error, now, out);
  free_list_ = now;
  report_broken(error, {}, out);
  begin_list(op, now, out);
}

void ReflectorCore::retry(Op op, const ApiError& error, TimePoint now, CoreActions& out) {
  close(out);
  op_ = op;
  continue_token_.clear();
  page_revision_.clear();
  status_.phase = ReflectorPhase::waiting;
  const auto cap = error.is_unanswered() ? kCapUnanswered : kCapAnswered;
  const auto wait = backoff_.fail(now, cap, error.retry_after.value_or(0s));
  due_ = now + wait;
  report_broken(error, wait, out);
}

void ReflectorCore::report_broken(const ApiError& error, milliseconds wait, CoreActions& out) {
  status_.last_error = error.message;
  out.emplace_back(StreamBroken{error.message, wait});
}

}  // namespace weft

// The options of LIST and WATCH, checked as the real server checks them
// (apimachinery pkg/apis/meta/internalversion/validation, apiserver storage/cacher/delegator).
#pragma once

#include "subnet/lease.h"
#include "test/support/api_server/call.h"

#include <optional>

namespace weft::test {

struct ListOptions {
  std::optional<Revision> revision;  // resourceVersion; none where absent or empty
  bool exact = false;
  bool not_older_than = false;
  std::size_t limit = 0;
  std::string continuation;
  std::string only_name;  // fieldSelector metadata.name=…
  // WATCH only
  bool bookmarks = false;
  bool initial_events = false;  // sendInitialEvents=true
  std::optional<unsigned> timeout_seconds;
};

[[nodiscard]] std::expected<ListOptions, Reply> parse_list_options(const Call& call);

// The continue token: where the next page starts, and in which snapshot. Its form is the real server's.
struct Continuation {
  std::optional<Revision> revision;  // none: the snapshot is gone, go on in the present state
  std::string start;                 // keys after this one
};
[[nodiscard]] std::string encode(const Continuation& continuation);
[[nodiscard]] std::optional<Continuation> decode_continuation(const std::string& token);

}  // namespace weft::test

#include "subnet/list_shell.h"

#include "subnet/kube_request.h"
#include "subnet/node_codec.h"

#include <chrono>
#include <utility>

namespace weft {
namespace {

using namespace std::chrono_literals;

constexpr auto kSilence = 30s;

}  // namespace

void ListShell::open_page() {
  KubeTarget target(options_.path);
  target.query("limit", std::to_string(options_.page_limit));
  if (!continue_token_.empty()) {
    target.query("continue", continue_token_);  // it carries the revision; naming one again is an error
  } else if (options_.exact) {
    target.query("resourceVersion", std::to_string(*options_.exact)).query("resourceVersionMatch", "Exact");
  }
  KubeRequest request;
  request.target = target.text();
  request.accept = accept_for(options_.view, true);
  request.verb = "list";
  request.resource = options_.resource;
  page_begins();
  stream_ = client_.open(std::move(request), *this, kSilence);
}

void ListShell::page_ends(const DecodedHead& head) {
  pages_differ_ = pages_differ_ || (!revision_.empty() && revision_ != head.resource_version);
  revision_ = head.resource_version;
  continue_token_ = head.continue_token;
}

void ListShell::on_bytes(std::string_view bytes) {
  if (auto read = page_bytes(bytes); !read) fail_list(read.error().message);
}

void ListShell::on_end(ApiResult<> outcome) {
  stream_.reset();
  if (!outcome) return ended(std::unexpected(std::move(outcome.error())));
  if (auto whole = page_whole(); !whole) return fail_list(whole.error().message);
  if (pages_differ_) return fail_list("its pages have different resourceVersions");
  if (!continue_token_.empty()) return open_page();
  ended(parse_revision(revision_));
}

void ListShell::fail_list(std::string why) {
  stream_.reset();
  ApiError error;
  error.kind = ApiErrorKind::bad_response;
  error.message = fmt::format("list {}: {}", options_.resource, why);
  ended(std::unexpected(std::move(error)));
}

}  // namespace weft

// LIST and the start of WATCH.
#include "test/support/api_server/api.h"
#include "test/support/api_server/object_rules.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace weft::test {
namespace {

// Items of a full list carry no apiVersion and kind; those of a metadata list do.
std::string item_text(const StoredObject& object, const ResourceKind& kind, bool metadata_only) {
  if (metadata_only) return object.metadata_text;
  const auto start = fmt::format("{{\"apiVersion\":\"v1\",\"kind\":\"{}\",", kind.kind);
  return object.text.starts_with(start) ? "{" + object.text.substr(start.size()) : object.text;
}

struct Page {
  std::vector<ObjectPtr> items;
  Revision revision = 0;
  std::string next;
  std::size_t remaining = 0;
};

std::string render_list(const Page& page, const ResourceKind& kind, bool metadata_only) {
  auto text = metadata_only ? std::string("{\"kind\":\"PartialObjectMetadataList\",\"apiVersion\":\"meta.k8s.io/v1\"")
                            : fmt::format("{{\"kind\":\"{}List\",\"apiVersion\":\"v1\"", kind.kind);
  text += fmt::format(",\"metadata\":{{\"resourceVersion\":\"{}\"", page.revision);
  if (!page.next.empty()) {
    text += fmt::format(",\"continue\":\"{}\",\"remainingItemCount\":{}", page.next, page.remaining);
  }
  text += "},\"items\":[";
  for (const auto& item : page.items) {
    if (text.back() != '[') text += ',';
    text += item_text(*item, kind, metadata_only);
  }
  return text + "]}\n";
}

void select(std::vector<ObjectPtr>& items, const std::string& prefix, const std::string& only_name) {
  if (only_name.empty()) return;
  std::erase_if(items, [&](const ObjectPtr& item) { return item->key != prefix + only_name; });
}

// Cuts the page out of the snapshot: the keys after `start`, at most `limit`.
void paginate(Page& page, const std::string& start, std::size_t limit) {
  std::erase_if(page.items, [&](const ObjectPtr& item) { return !start.empty() && item->key <= start; });
  if (limit == 0 || page.items.size() <= limit) return;
  page.remaining = page.items.size() - limit;
  page.items.resize(limit);
  page.next = encode({page.revision, page.items.back()->key});
}

Reply expired_continuation(const std::string& start) {
  return expired(
      "The provided continue parameter is too old to display a consistent list result. You can start a new list "
      "without the continue parameter, or use the continue token in this response to retrieve the remainder of the "
      "results. Continuing with the provided token results in an inconsistent list - objects that were created, "
      "modified, or deleted between the time the first chunk was returned and now may show up in the list.",
      encode({std::nullopt, start}));
}

}  // namespace

Reply expired_watch(const ObjectStore& store, Revision asked) {
  return expired(fmt::format("too old resource version: {} ({})", asked, store.compacted()));
}

Reply Api::list(const Call& call) {
  const auto& kind = *find_resource(call.resource);
  const auto options = parse_list_options(call);
  if (!options) return options.error();
  Page page{.items = {}, .revision = store.revision(), .next = {}, .remaining = 0};
  std::string start;
  if (!options->continuation.empty()) {
    const auto token = decode_continuation(options->continuation);
    if (!token) return bad_request("invalid continue token: continue key is not valid");
    if (token->revision && *token->revision < store.compacted()) return expired_continuation(token->start);
    page.revision = token->revision.value_or(page.revision);
    start = token->start;
  } else if (options->exact) {
    page.revision = options->revision.value_or(page.revision);
  } else if (options->revision == 0U) {
    page.revision = behaviour.stale_revision.value_or(page.revision);
  }
  const auto asked = std::max(page.revision, options->revision.value_or(0));
  if (asked > store.revision()) return too_large_revision(std::to_string(asked), std::to_string(store.revision()));
  if (page.revision < store.compacted()) {
    return expired("The resourceVersion for the provided list is too old.");
  }
  page.items = store.list(call.key(), page.revision);
  select(page.items, call.key(), options->only_name);
  // The cache answers resourceVersion=0 and does not know pages.
  paginate(page, start, options->revision == 0U ? 0 : options->limit);
  return {.status = 200, .body = render_list(page, kind, call.metadata_only)};
}

Answer Api::watch(const Call& call) {
  const auto options = parse_list_options(call);
  if (!options) return options.error();
  if (!behaviour.watch_list && call.query.contains("sendInitialEvents")) {
    return invalid("ListOptions.meta.k8s.io \"\"", "sendInitialEvents", "FieldValueForbidden",
                   "Forbidden: sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled",
                   {.kind = "ListOptions"});
  }
  WatchGrant grant;
  grant.prefix = call.key();
  if (!options->only_name.empty()) grant.only_key = grant.prefix + options->only_name;
  grant.kind = call.metadata_only ? "PartialObjectMetadata" : std::string(find_resource(call.resource)->kind);
  grant.metadata_only = call.metadata_only;
  grant.bookmarks = options->bookmarks;
  grant.timeout_seconds = options->timeout_seconds;
  const auto asked = options->revision.value_or(0);
  // sendInitialEvents=false with no version means "from now".
  const bool quiet = call.query.contains("sendInitialEvents") && !options->initial_events;
  grant.list_first = options->initial_events || (asked == 0 && !quiet);
  grant.end_bookmark = options->initial_events && options->bookmarks;
  grant.from = grant.list_first || asked == 0 ? store.revision() : asked;
  // Both come with HTTP 200 and in the stream. A plain watch from a version of the future just waits.
  if (!grant.list_first && asked > 0 && asked < store.compacted()) grant.error = expired_watch(store, asked).body;
  if (grant.list_first && asked > store.revision()) {
    grant.error = too_large_revision(std::to_string(asked), std::to_string(store.revision())).body;
  }
  return grant;
}

}  // namespace weft::test

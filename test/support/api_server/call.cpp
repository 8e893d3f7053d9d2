#include "test/support/api_server/call.h"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <vector>

namespace weft::test {
namespace {

std::vector<std::string> split_path(std::string_view path) {
  std::vector<std::string> parts;
  while (!path.empty()) {
    const auto end = path.find('/');
    if (const auto part = path.substr(0, end); !part.empty()) parts.emplace_back(part);
    path = end == std::string_view::npos ? std::string_view() : path.substr(end + 1);
  }
  return parts;
}

std::string verb_of(const std::string& method, const Call& call) {
  if (method == "GET" && call.name.empty()) return call.flag("watch") ? "watch" : "list";
  if (method == "GET") return "get";
  if (method == "POST" && call.name.empty()) return "create";
  if (method == "PATCH" && !call.name.empty()) return "patch";
  if (method == "DELETE" && !call.name.empty()) return "delete";
  return {};
}

// Takes the server's first choice among the media types it knows; q values are not weighed.
std::expected<bool, Reply> wants_metadata(const std::string& accept) {
  if (accept.find("as=PartialObjectMetadata") != std::string::npos) return true;
  if (accept.empty() || accept.find("application/json") != std::string::npos ||
      accept.find("*/*") != std::string::npos || accept.find("application/*") != std::string::npos) {
    return false;
  }
  return std::unexpected(
      status_reply(406, "NotAcceptable", "406: Not Acceptable\n\nAvailable representations: application/json"));
}

}  // namespace

std::string HttpRequest::header(const std::string& name) const {
  const auto at = headers.find(name);
  return at == headers.end() ? std::string() : at->second;
}

std::string Call::full_resource() const { return subresource.empty() ? resource : resource + "/" + subresource; }

std::string Call::key() const {
  const auto start = resource + "/" + (name_space.empty() ? "" : name_space + "/");
  return start + name;
}

std::string Call::option(const std::string& option_name) const {
  const auto at = query.find(option_name);
  return at == query.end() ? std::string() : at->second;
}

bool Call::flag(const std::string& option_name) const {
  const auto value = option(option_name);
  return value == "1" || value == "true" || (value.empty() && query.contains(option_name));
}

std::pair<std::string, Query> split_target(std::string_view target) {
  const auto url = boost::urls::parse_origin_form(target);
  if (!url) return {std::string(target), {}};
  Query query;
  for (const auto& param : url->params()) query[std::string(param.key)] = std::string(param.value);
  return {std::string(url->path()), std::move(query)};
}

std::expected<Call, Reply> parse_call(const HttpRequest& request) {
  Call call;
  auto [path, query] = split_target(request.target);
  call.query = std::move(query);
  auto parts = split_path(path);
  const auto no_page = Reply{404, "404 page not found\n", "text/plain; charset=utf-8", {}};
  if (parts.size() < 3 || parts[0] != "api" || parts[1] != "v1") return std::unexpected(no_page);
  parts.erase(parts.begin(), parts.begin() + 2);
  if (parts[0] == "namespaces" && parts.size() >= 3) {
    call.name_space = parts[1];
    parts.erase(parts.begin(), parts.begin() + 2);
  }
  if (parts.size() > 3) return std::unexpected(no_page);
  call.resource = parts[0];
  if (parts.size() > 1) call.name = parts[1];
  if (parts.size() > 2) call.subresource = parts[2];
  call.verb = verb_of(request.method, call);
  if (call.verb.empty()) {
    return std::unexpected(
        status_reply(405, "MethodNotAllowed", "the server does not allow this method on the requested resource"));
  }
  const auto metadata_only = wants_metadata(request.header("accept"));
  if (!metadata_only) return std::unexpected(metadata_only.error());
  call.metadata_only = *metadata_only;
  return call;
}

}  // namespace weft::test

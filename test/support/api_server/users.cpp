#include "test/support/api_server/users.h"

#include <fmt/format.h>

namespace weft::test {
namespace {

Reply forbidden(const std::string& user, const Call& call) {
  const auto scope = call.name_space.empty() ? std::string("at the cluster scope")
                                             : fmt::format("in the namespace \"{}\"", call.name_space);
  const auto named = call.name.empty() ? std::string() : fmt::format(" \"{}\"", call.name);
  return status_reply(403, "Forbidden",
                      fmt::format("{}{} is forbidden: User \"{}\" cannot {} resource \"{}\" in API group \"\" {}",
                                  call.resource, named, user, call.verb, call.full_resource(), scope),
                      {.name = call.name, .kind = call.resource});
}

}  // namespace

std::optional<Reply> Users::check(const std::string& authorization, const Call& call) const {
  if (!closed_) return std::nullopt;
  if (authorization.empty()) return forbidden("system:anonymous", call);
  constexpr std::string_view kScheme = "Bearer ";
  const auto token = authorization.starts_with(kScheme) ? authorization.substr(kScheme.size()) : std::string();
  const auto user = users_.find(token);
  if (user == users_.end()) return status_reply(401, "Unauthorized", "Unauthorized");
  const auto& allowed = user->second.allowed;
  if (allowed.empty() || allowed.contains(call.verb + ":" + call.full_resource())) return std::nullopt;
  return forbidden(user->second.name, call);
}

}  // namespace weft::test

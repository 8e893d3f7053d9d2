// Who may do what: bearer tokens, and per user the verbs on resources. Follows RBAC's answers, not its language.
#pragma once

#include "test/support/api_server/call.h"

#include <map>
#include <optional>
#include <set>
#include <string>

namespace weft::test {

struct User {
  std::string name;
  // "verb:resource", e.g. "patch:nodes/status". Empty: everything is allowed.
  std::set<std::string> allowed;
};

class Users {
 public:
  // Once there is a token, requests without one are system:anonymous and may do nothing.
  void add(const std::string& token, User user) {
    closed_ = true;
    users_[token] = std::move(user);
  }
  void remove(const std::string& token) { users_.erase(token); }

  // The refusal (401, 403), if any. `authorization` is the header.
  [[nodiscard]] std::optional<Reply> check(const std::string& authorization, const Call& call) const;

 private:
  bool closed_ = false;  // stays so when the last token is taken away
  std::map<std::string, User> users_;
};

}  // namespace weft::test

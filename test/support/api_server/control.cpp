#include "test/support/api_server/control.h"

#include "test/support/api_server/synthetic.h"

#include <boost/algorithm/string/split.hpp>
#include <nlohmann/json.hpp>

#include <charconv>
#include <stdexcept>

namespace weft::test {
namespace {

using Json = nlohmann::json;

// The query of one control request. Bad and unknown arguments end as a 400: the exception stays in this file.
class Arguments {
 public:
  explicit Arguments(Query query) : query_(std::move(query)) {}

  bool take(const std::string& name, std::string& value) {
    const auto at = query_.find(name);
    if (at == query_.end()) return false;
    value = at->second;
    query_.erase(at);
    return true;
  }

  template <class Number>
    requires std::is_integral_v<Number>
  bool take(const std::string& name, Number& value) {
    std::string text;
    if (!take(name, text)) return false;
    if constexpr (std::is_same_v<Number, bool>) {
      if (text != "true" && text != "false") throw std::invalid_argument(name + "=" + text + ": want true or false");
      value = text == "true";
    } else {
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
      if (error != std::errc() || end != text.data() + text.size()) {
        throw std::invalid_argument(name + "=" + text + ": want a number");
      }
    }
    return true;
  }

  bool take(const std::string& name, std::chrono::milliseconds& value) {
    std::int64_t count = 0;
    if (!take(name, count)) return false;
    value = std::chrono::milliseconds(count);
    return true;
  }

  void expect_empty() const {
    if (!query_.empty()) throw std::invalid_argument("unknown argument " + query_.begin()->first);
  }

 private:
  Query query_;
};

Json state(const Shared& shared) {
  Json requests = Json::object();
  for (const auto& [what, codes] : shared.api.counts) {
    for (const auto& [code, count] : codes) requests[what][std::to_string(code)] = count;
  }
  const auto& store = shared.api.store;
  return {{"revision", store.revision()},
          {"compacted", store.compacted()},
          {"nodes", store.list("nodes/", store.revision()).size()},
          {"connections", shared.connections.size()},
          {"watches", shared.watches},
          {"faults", shared.api.faults.pending()},
          {"requests", requests}};
}

Json create_nodes(Arguments& arguments, Shared& shared) {
  SyntheticNodes wanted;
  arguments.take("count", wanted.count);
  arguments.take("first", wanted.first);
  arguments.take("prefix", wanted.prefix);
  arguments.take("images", wanted.image_count);
  arguments.take("lease", wanted.lease);
  arguments.take("ipv6", wanted.ipv6);
  arguments.take("pod_cidr", wanted.pod_cidr);
  arguments.expect_empty();
  add_nodes(shared.api.store, wanted);
  return {{"created", wanted.count}};
}

Json delete_nodes(Arguments& arguments, Shared& shared) {
  std::string prefix;
  if (!arguments.take("prefix", prefix)) throw std::invalid_argument("prefix is missing");
  arguments.expect_empty();
  return {{"deleted", remove_nodes(shared.api.store, prefix)}};
}

Json touch(Arguments& arguments, Shared& shared) {
  std::size_t start = 0;
  std::size_t count = 1;
  arguments.take("start", start);
  arguments.take("count", count);
  arguments.expect_empty();
  return {{"touched", touch_nodes(shared.api.store, start, count)}};
}

Json add_fault(Arguments& arguments, Shared& shared) {
  Fault fault;
  std::string action;
  arguments.take("action", action);
  const auto parsed = parse_fault_action(action);
  if (!parsed) throw std::invalid_argument("action=" + action + ": see faults.h");
  fault.action = *parsed;
  arguments.take("verb", fault.verb);
  arguments.take("resource", fault.resource);
  arguments.take("name", fault.name);
  arguments.take("agent", fault.agent);
  arguments.take("skip", fault.skip);
  arguments.take("count", fault.count);
  arguments.take("code", fault.code);
  arguments.take("retry_after", fault.retry_after);
  arguments.take("delay_ms", fault.delay);
  arguments.expect_empty();
  shared.api.faults.add(std::move(fault));
  return Json::object();
}

Stall parse_stall(const std::string& text) {
  if (text == "none") return Stall::none;
  if (text == "events") return Stall::events;
  if (text == "everything") return Stall::everything;
  throw std::invalid_argument("stall=" + text + ": want none, events or everything");
}

Json set_behaviour(Arguments& arguments, Shared& shared) {
  auto changed = shared.api.behaviour;
  std::string text;
  arguments.take("watch_list", changed.watch_list);
  arguments.take("bookmark_ms", changed.bookmark_interval);
  arguments.take("cut", changed.cut);
  arguments.take("random_cut", changed.random_cut);
  if (arguments.take("stall", text)) changed.stall = parse_stall(text);
  if (arguments.take("stale", text)) {
    Revision revision = 0;
    Arguments again({{"stale", text}});
    if (text == "off") {
      changed.stale_revision.reset();
    } else if (again.take("stale", revision)) {
      changed.stale_revision = revision;
    }
  }
  arguments.expect_empty();
  if (changed.random_cut && changed.cut == 0) throw std::invalid_argument("random_cut needs cut");
  shared.api.behaviour = changed;
  return Json::object();
}

Json move_history(Arguments& arguments, Shared& shared, const ControlHooks& hooks, bool restore) {
  auto revision = shared.api.store.revision();
  if (!arguments.take("revision", revision) && restore) throw std::invalid_argument("revision is missing");
  arguments.expect_empty();
  if (restore) {
    shared.api.store.restore(revision);
    hooks.disconnect();
  } else {
    shared.api.store.compact(revision);
  }
  return {{"revision", shared.api.store.revision()}, {"compacted", shared.api.store.compacted()}};
}

Json change_users(Arguments& arguments, Shared& shared, bool add) {
  std::string token;
  std::string allow;
  User user{.name = "test-user", .allowed = {}};
  if (!arguments.take("token", token)) throw std::invalid_argument("token is missing");
  arguments.take("name", user.name);
  if (arguments.take("allow", allow)) boost::split(user.allowed, allow, [](char c) { return c == ','; });
  arguments.expect_empty();
  if (add) {
    shared.api.users.add(token, std::move(user));
  } else {
    shared.api.users.remove(token);
  }
  return Json::object();
}

Json outage(Arguments& arguments, const ControlHooks& hooks) {
  std::chrono::milliseconds duration{0};
  if (!arguments.take("ms", duration)) throw std::invalid_argument("ms is missing");
  arguments.expect_empty();
  hooks.refuse(duration);
  return Json::object();
}

Json dispatch(const std::string& what, Arguments& arguments, Shared& shared, const ControlHooks& hooks) {
  if (what == "GET /test/state") return state(shared);
  if (what == "POST /test/nodes") return create_nodes(arguments, shared);
  if (what == "DELETE /test/nodes") return delete_nodes(arguments, shared);
  if (what == "POST /test/touch") return touch(arguments, shared);
  if (what == "POST /test/fault") return add_fault(arguments, shared);
  if (what == "POST /test/behaviour") return set_behaviour(arguments, shared);
  if (what == "POST /test/compact") return move_history(arguments, shared, hooks, false);
  if (what == "POST /test/restore") return move_history(arguments, shared, hooks, true);
  if (what == "POST /test/users") return change_users(arguments, shared, true);
  if (what == "DELETE /test/users") return change_users(arguments, shared, false);
  if (what == "POST /test/refuse") return outage(arguments, hooks);
  if (what == "POST /test/disconnect") {
    hooks.disconnect();
  } else if (what == "DELETE /test/fault") {
    shared.api.faults.clear();
  } else if (what == "DELETE /test/requests") {
    shared.api.counts.clear();
  } else {
    throw std::invalid_argument("no such endpoint: " + what);
  }
  return Json::object();
}

}  // namespace

Reply handle_control(const HttpRequest& request, Shared& shared, const ControlHooks& hooks) {
  auto [path, query] = split_target(request.target);
  Arguments arguments(std::move(query));
  try {
    const auto answer = dispatch(request.method + " " + path, arguments, shared, hooks);
    shared.wake_watches();
    return {.status = 200, .body = answer.dump() + "\n"};
  } catch (const std::invalid_argument& error) {
    return bad_request(error.what());
  }
}

}  // namespace weft::test

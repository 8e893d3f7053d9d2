#include "test/support/api_server/faults.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace weft::test {
namespace {

constexpr std::array<std::pair<std::string_view, FaultAction>, 14> kActions{{
    {"status", FaultAction::status},
    {"text", FaultAction::text},
    {"html", FaultAction::html},
    {"redirect", FaultAction::redirect},
    {"drop-before", FaultAction::drop_before},
    {"drop-after", FaultAction::drop_after},
    {"hang", FaultAction::hang},
    {"truncate", FaultAction::truncate},
    {"endless-header", FaultAction::endless_header},
    {"gzip", FaultAction::gzip},
    {"garbage", FaultAction::garbage},
    {"expire", FaultAction::expire},
    {"end-watch", FaultAction::end_watch},
    {"delay", FaultAction::delay},
}};

bool matches(const std::string& wanted, const std::string& value) { return wanted.empty() || wanted == value; }

bool only_for_watches(FaultAction action) { return action == FaultAction::expire || action == FaultAction::end_watch; }

bool matches(const Fault& fault, const Call& call, const std::string& agent) {
  if (only_for_watches(fault.action) && call.verb != "watch") return false;
  return matches(fault.verb, call.verb) && matches(fault.resource, call.full_resource()) &&
         matches(fault.name, call.name) && agent.find(fault.agent) != std::string::npos;
}

// Reasons as apimachinery names them.
std::string_view reason_of(unsigned code) {
  switch (code) {
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "NotFound";
    case 409:
      return "Conflict";
    case 410:
      return "Expired";
    case 422:
      return "Invalid";
    case 429:
      return "TooManyRequests";
    case 500:
      return "InternalError";
    case 503:
      return "ServiceUnavailable";
    case 504:
      return "Timeout";
    default:
      return "";
  }
}

}  // namespace

std::optional<FaultAction> parse_fault_action(std::string_view text) {
  for (const auto& [name, action] : kActions) {
    if (name == text) return action;
  }
  return std::nullopt;
}

std::size_t FaultPlan::pending() const {
  return static_cast<std::size_t>(std::ranges::count_if(faults_, [](const Fault& fault) { return fault.count > 0; }));
}

std::optional<Fault> FaultPlan::take(const Call& call, const std::string& agent) {
  for (auto fault = faults_.begin(); fault != faults_.end(); ++fault) {
    if (!matches(*fault, call, agent)) continue;
    if (fault->skip > 0) {
      --fault->skip;
      continue;
    }
    Fault taken = *fault;
    if (fault->count == 1) {
      faults_.erase(fault);
    } else if (fault->count > 1) {
      --fault->count;
    }
    return taken;
  }
  return std::nullopt;
}

Reply fault_reply(const Fault& fault) {
  const auto code = static_cast<int>(fault.code);
  switch (fault.action) {
    case FaultAction::text: {
      Reply reply{code, "Too many requests, please try again later.\n", "text/plain; charset=utf-8", {}};
      if (fault.retry_after > 0) reply.headers.emplace_back("Retry-After", std::to_string(fault.retry_after));
      return reply;
    }
    case FaultAction::html:
      return {code,
              fmt::format("<html><head><title>{0}</title></head><body><h1>{0}</h1></body></html>\n", code),
              "text/html",
              {}};
    case FaultAction::redirect:
      return {302, "", "text/html", {{"Location", "https://elsewhere.invalid/"}}};
    case FaultAction::garbage:
      return {200, "{\"kind\":\"NodeList\",\"items\":[{]}}", "application/json", {}};
    default:
      return status_reply(code, reason_of(fault.code), "injected by the test",
                          {.retry_after = static_cast<int>(fault.retry_after)});
  }
}

}  // namespace weft::test

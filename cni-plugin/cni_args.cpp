#include "cni-plugin/cni_args.h"

#include "subnet/ascii.h"

#include <algorithm>
#include <array>
#include <optional>

namespace weft::cni {

namespace {

constexpr std::size_t kMaxPodText = 253;  // a DNS subdomain, as Kubernetes' names are

// Known, and of no use here.
constexpr std::array<std::string_view, 2> kPassedOver = {"K8S_POD_INFRA_CONTAINER_ID", "K8S_POD_UID"};

std::optional<bool> parse_bool(std::string_view text) {
  if (text == "1" || same_but_for_case(text, "true")) return true;
  if (text == "0" || same_but_for_case(text, "false")) return false;
  return std::nullopt;
}

class Reader {
 public:
  Outcome<> take(std::string_view pair) {
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos || pair.find('=', equals + 1) != std::string_view::npos) {
      return refuse(Code::invalid_environment, "CNI_ARGS: \"{}\" is not of the form KEY=VALUE", pair);
    }
    const std::string_view key = pair.substr(0, equals);
    const std::string_view value = pair.substr(equals + 1);
    if (key == "IgnoreUnknown") return set_ignore(value);
    if (!set(key, value) && std::find(kPassedOver.begin(), kPassedOver.end(), key) == kPassedOver.end()) {
      unknown_ += (unknown_.empty() ? "" : ", ") + std::string(key);
    }
    return {};
  }

  Outcome<CniArgs> finish() {
    if (unknown_.empty() || ignore_unknown_) return std::move(args_);
    return refuse(Code::invalid_environment, "CNI_ARGS: unknown {}: leave it out, or add IgnoreUnknown=1", unknown_);
  }

 private:
  bool set(std::string_view key, std::string_view value) {
    if (key == "K8S_POD_NAMESPACE") return assign(args_.pod_namespace, value.substr(0, kMaxPodText));
    if (key == "K8S_POD_NAME") return assign(args_.pod_name, value.substr(0, kMaxPodText));
    if (key == "IP") return assign(args_.ip, value);
    return key == "MAC" && assign(args_.mac, value);
  }

  static bool assign(std::string& target, std::string_view value) {
    target = value;
    return true;
  }

  Outcome<> set_ignore(std::string_view value) {
    const auto ignore = parse_bool(value);
    if (!ignore) return refuse(Code::invalid_environment, "CNI_ARGS: IgnoreUnknown={}: must be 1 or 0", value);
    ignore_unknown_ = *ignore;
    return {};
  }

  CniArgs args_;
  bool ignore_unknown_ = false;
  std::string unknown_;
};

}  // namespace

Outcome<CniArgs> parse_cni_args(std::string_view text) {
  Reader reader;
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find(';'));
    text.remove_prefix(std::min(text.size(), pair.size() + 1));
    if (pair.empty()) continue;  // a semicolon too many says nothing
    if (const auto taken = reader.take(pair); !taken) return std::unexpected(taken.error());
  }
  return reader.finish();
}

}  // namespace weft::cni

#include "daemon/debug/debug_command.h"

#include "daemon/complain.h"
#include "daemon/debug/cluster_leases.h"
#include "daemon/debug/dataset_text.h"
#include "daemon/debug/local_client.h"
#include "daemon/debug/node_pods.h"
#include "daemon/exit_codes.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cerrno>
#include <cstdio>
#include <map>
#include <utility>

namespace weft {
namespace {

using TextOf = std::string (*)(const nlohmann::json&);

TextOf text_of(const std::string& dataset) {
  static const std::map<std::string, TextOf> texts{
      {"leases", leases_text},     {"peers", peers_text},   {"plan", plan_text}, {"kernel", kernel_text},
      {"firewall", firewall_text}, {"health", health_text}, {"pods", pods_text}};
  return texts.at(dataset);
}

Result<std::string> ask(const DebugOptions& options) {
  auto answer = ask_daemon(socket_path(options.run_dir), "/debug/" + options.dataset);
  if (!answer) return std::unexpected(answer.error());
  if (answer->status != 200) {
    return fail("weftd answers {}: {}", answer->status, answer->body.substr(0, answer->body.find('\n')));
  }
  return std::move(answer->body);
}

int print(const DebugOptions& options, const Result<std::string>& body) {
  if (!body) return complain(body.error().code == EACCES ? kExitPermission : kExitUnavailable, body.error().message);
  const auto data = nlohmann::json::parse(*body, nullptr, false);
  if (data.is_discarded()) return complain(kExitFailed, "the answer is no JSON");
  fmt::print("{}", options.json ? data.dump(2) + "\n" : text_of(options.dataset)(data));
  return kExitOk;
}

}  // namespace

int run_debug(const DebugOptions& options) {
  if (options.dataset == "pods") return print(options, node_pods(options.ledger_path(), options.leaks));
  if (!options.from_cluster) return print(options, ask(options));
  auto cluster = open_cluster(options.cluster);
  if (!cluster) return complain(kExitConfiguration, cluster.error().message);
  return print(options, cluster_leases(std::move(*cluster), options.cluster.annotation_prefix));
}

}  // namespace weft

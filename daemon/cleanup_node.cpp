#include "daemon/cleanup_node.h"

#include "daemon/cluster.h"
#include "subnet/kube_client.h"
#include "subnet/kube_request.h"
#include "subnet/patch_body.h"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <optional>
#include <utility>

namespace weft {
namespace {

constexpr std::chrono::seconds kDeadline{60};

}  // namespace

Result<> clean_node(const CleanupOptions& options, CleanupLog& log) {
  auto cluster = open_cluster(options.cluster);
  if (!cluster) return std::unexpected(cluster.error());
  boost::asio::io_context io(1);
  KubeClient client(io, std::move(cluster->config), client_options());
  std::optional<ApiResult<KubeResponse>> answer;
  client.send(patch_node_status(options.node_name, forget_body(cluster->keys)), [&](ApiResult<KubeResponse> response) {
    answer = std::move(response);
    io.stop();
  });
  io.run_for(kDeadline);
  if (!answer) return fail("the API server does not answer within {} s", kDeadline.count());
  if (!*answer && answer->error().status == 404) return {};  // no Node, no annotations
  if (!*answer) return fail_api(answer->error());
  log.removed(fmt::format("the annotations of node {}", options.node_name));
  return {};
}

}  // namespace weft

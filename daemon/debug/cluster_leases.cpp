#include "daemon/debug/cluster_leases.h"

#include "daemon/debug/leases.h"
#include "subnet/json_text.h"
#include "subnet/node_codec.h"
#include "subnet/node_resource.h"
#include "subnet/resource_list.h"

#include <boost/asio/io_context.hpp>
#include <nlohmann/json.hpp>

#include <chrono>
#include <optional>

namespace weft {
namespace {

constexpr std::chrono::seconds kDeadline{60};

}  // namespace

Result<std::string> cluster_leases(Cluster cluster, const std::string& annotation_prefix) {
  boost::asio::io_context io(1);
  KubeClient client(io, std::move(cluster.config), client_options());
  std::optional<ApiResult<ResourceListing<RawNode>>> listed;
  const ResourceList<NodeResource> list(client, NodeResource(annotation_prefix), {}, [&](auto listing) {
    listed = std::move(listing);
    io.stop();
  });
  io.run_for(kDeadline);
  if (!listed) return fail("the API server does not answer within {} s", kDeadline.count());
  const auto& listing = *listed;
  if (!listing) return fail_api(listing.error());
  LeaseSet nodes;
  nodes.begin_list();
  for (const RawNode& node : listing->objects) nodes.upsert(decode_node(node, cluster.keys));
  nodes.end_list(listing->revision);
  return json_text(leases_json(nodes, {}));
}

}  // namespace weft

#include "daemon/debug/cluster_leases.h"

#include "daemon/debug/leases.h"
#include "daemon/node_lister.h"

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
  std::optional<lease_input::ListDone> listed;
  const NodeLister lister(client, NodeResource(annotation_prefix), cluster.keys, std::nullopt,
                          [&](lease_input::ListDone done) {
                            listed = std::move(done);
                            io.stop();
                          });
  io.run_for(kDeadline);
  if (!listed) return fail("the API server does not answer within {} s", kDeadline.count());
  if (listed->outcome != lease_input::ReadOutcome::done) return fail("list nodes: {}", listed->error);
  LeaseSet nodes;
  nodes.begin_list();
  for (NodeRecord& record : listed->records) nodes.upsert(std::move(record));
  nodes.end_list(listed->revision);
  return leases_json(nodes, {}).dump();
}

}  // namespace weft

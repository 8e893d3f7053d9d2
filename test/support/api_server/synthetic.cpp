#include "test/support/api_server/synthetic.h"

#include "test/support/api_server/api.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace weft::test {
namespace {

using Json = nlohmann::json;

std::string dotted(std::uint32_t address) {
  return fmt::format("{}.{}.{}.{}", address >> 24, (address >> 16) & 255, (address >> 8) & 255, address & 255);
}

struct Addresses {
  explicit Addresses(std::size_t index)
      : low(static_cast<std::uint32_t>(index)),
        subnet(dotted((10U << 24) + (64U << 16) + ((low % 16384) << 8)) + "/24"),
        subnet6(fmt::format("fd00:64:0:{:x}::/64", low)),
        ip(dotted((100U << 24) + (64U << 16) + 1 + low)),
        mac(fmt::format("0a:58:64:{:02x}:{:02x}:{:02x}", (low >> 16) & 255, (low >> 8) & 255, low & 255)) {}
  std::uint32_t low;
  std::string subnet;
  std::string subnet6;
  std::string ip;
  std::string mac;
};

Json weft_annotations(const Addresses& at, const std::string& uid, Revision revision, bool ipv6) {
  Json lease{{"v", 1}, {"uid", uid}, {"v4", at.subnet}, {"src", "claim"}, {"rev4", std::to_string(revision)}};
  if (ipv6) {
    lease["v6"] = at.subnet6;
    lease["rev6"] = std::to_string(revision);
  }
  const Json vtep{{"v", 1}, {"backend", "vxlan"}, {"vni", 1}, {"port", 8472}, {"ip", at.ip}, {"mac", at.mac}};
  return {{"weft.network/lease", lease.dump()}, {"weft.network/vtep", vtep.dump()}};
}

Json conditions(const std::string& now) {
  Json list = Json::array();
  for (const auto* type : {"MemoryPressure", "DiskPressure", "PIDPressure", "Ready", "NetworkUnavailable"}) {
    list.push_back({{"type", type},
                    {"status", std::string_view(type) == "Ready" ? "True" : "False"},
                    {"lastHeartbeatTime", now},
                    {"lastTransitionTime", now},
                    {"reason", fmt::format("KubeletHas{}", type)},
                    {"message", fmt::format("kubelet reports on {} as it should", type)}});
  }
  return list;
}

Json images(std::size_t count) {
  Json list = Json::array();
  for (std::size_t i = 0; i < count; ++i) {
    const auto repository = fmt::format("registry.example.com/team-{}/service-with-a-long-name-{}", i % 7, i);
    list.push_back({{"names", {fmt::format("{}@sha256:{:064x}", repository, i * 7919), repository + ":v1.2.3"}},
                    {"sizeBytes", 31'415'926 + i}});
  }
  return list;
}

Json status(const Addresses& at, const std::string& name, const SyntheticNodes& wanted, const std::string& now) {
  const Json resources{{"cpu", "16"}, {"memory", "65830768Ki"}, {"pods", "110"}, {"ephemeral-storage", "263112720Ki"}};
  return {{"addresses", {{{"type", "InternalIP"}, {"address", at.ip}}, {{"type", "Hostname"}, {"address", name}}}},
          {"allocatable", resources},
          {"capacity", resources},
          {"conditions", conditions(now)},
          {"daemonEndpoints", {{"kubeletEndpoint", {{"Port", 10250}}}}},
          {"images", images(wanted.image_count)},
          {"nodeInfo", {{"architecture", "amd64"}, {"kernelVersion", "6.1.0"}, {"kubeletVersion", "v1.37.2"}}}};
}

Json make_node(const SyntheticNodes& wanted, std::size_t index, Revision revision) {
  const Addresses at(index);
  const auto name = fmt::format("{}{:05}", wanted.prefix, index);
  const auto uid = random_uid();
  const auto now = timestamp();
  Json metadata{{"name", name},
                {"uid", uid},
                {"creationTimestamp", now},
                {"labels",
                 {{"kubernetes.io/hostname", name},
                  {"kubernetes.io/os", "linux"},
                  {"kubernetes.io/arch", "amd64"},
                  {"topology.kubernetes.io/zone", fmt::format("zone-{}", index % 3)},
                  {"node.kubernetes.io/instance-type", "m5.4xlarge"}}},
                {"annotations", {{"node.alpha.kubernetes.io/ttl", "0"}}}};
  if (wanted.lease) metadata["annotations"].update(weft_annotations(at, uid, revision, wanted.ipv6));
  Json spec = Json::object();
  if (wanted.pod_cidr) {
    spec = {{"podCIDR", at.subnet}, {"podCIDRs", {at.subnet}}};
    if (wanted.ipv6) spec["podCIDRs"].push_back(at.subnet6);
  }
  return {{"apiVersion", "v1"},
          {"kind", "Node"},
          {"metadata", std::move(metadata)},
          {"spec", std::move(spec)},
          {"status", status(at, name, wanted, now)}};
}

}  // namespace

void add_nodes(ObjectStore& store, const SyntheticNodes& wanted) {
  for (auto index = wanted.first; index < wanted.first + wanted.count; ++index) {
    auto node = make_node(wanted, index, store.revision());
    const auto key = "nodes/" + node["metadata"].value("name", "");
    store.put(key, std::move(node));
  }
}

std::size_t remove_nodes(ObjectStore& store, const std::string& prefix) {
  const auto nodes = store.list("nodes/" + prefix, store.revision());
  for (const auto& node : nodes) store.remove(node->key);
  return nodes.size();
}

std::size_t touch_nodes(ObjectStore& store, std::size_t start, std::size_t count) {
  const auto nodes = store.list("nodes/", store.revision());
  for (std::size_t i = 0; i < count && !nodes.empty(); ++i) {
    auto node = Json::parse(store.find(nodes[(start + i) % nodes.size()]->key)->text);
    node["status"]["conditions"] = conditions(fmt::format("{} #{}", timestamp(), store.revision()));
    const auto key = "nodes/" + node["metadata"].value("name", "");
    store.put(key, std::move(node));
  }
  return nodes.empty() ? 0 : count;
}

}  // namespace weft::test

#include "subnet/compact_node.h"

#include <charconv>
#include <utility>

namespace weft {
namespace {

constexpr std::string_view kUuidForm = "00000000-0000-0000-0000-000000000000";

// Only the lower-case form that Kubernetes writes: uuid_text() must give it back.
std::optional<std::array<std::uint8_t, 16>> parse_uuid(std::string_view text) {
  if (text.size() != kUuidForm.size()) return std::nullopt;
  std::array<std::uint8_t, 16> bytes{};
  std::size_t digits = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (kUuidForm[i] == '-') {
      if (c != '-') return std::nullopt;
      continue;
    }
    const bool decimal = c >= '0' && c <= '9';
    if (!decimal && (c < 'a' || c > 'f')) return std::nullopt;
    auto& byte = bytes[digits++ / 2];
    byte = static_cast<std::uint8_t>(byte << 4 | (decimal ? c - '0' : c - 'a' + 10));
  }
  return bytes;
}

std::string uuid_text(const std::array<std::uint8_t, 16>& bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text(kUuidForm);
  std::size_t digits = 0;
  for (char& c : text) {
    if (c == '-') continue;
    const auto byte = bytes[digits / 2];
    c = kDigits[digits++ % 2 == 0 ? byte >> 4 : byte & 0xf];
  }
  return text;
}

// At most one block a family, IPv4 first: the order Subnets gives them back in.
std::optional<Subnets> pack_blocks(const std::vector<IpPrefix>& blocks) {
  Subnets packed;
  for (const auto& block : blocks) {
    auto& slot = packed.of(block.family());
    if (slot || (block.is_v4() && packed.v6)) return std::nullopt;
    slot = block;
  }
  return packed;
}

bool visit_subnets(const Subnets& subnets, const char* what, const CompactNode::BlockVisitor& visit) {
  return (subnets.v4 && visit(what, *subnets.v4)) || (subnets.v6 && visit(what, *subnets.v6));
}

std::optional<PackedNode> pack(const NodeRecord& record) {
  if (record.claim || record.reserved || record.public_ip_overwrite || record.public_ip6_overwrite ||
      !record.problems.empty())
    return std::nullopt;
  if (record.lease && (record.lease->uid != record.uid || record.lease->subnets.empty())) return std::nullopt;
  const auto uid = parse_uuid(record.uid);
  const auto pod_cidrs = pack_blocks(record.pod_cidrs);
  if (!uid || !pod_cidrs) return std::nullopt;

  PackedNode packed{.uid = *uid,
                    .revision = record.revision,
                    .pod_cidrs = *pod_cidrs,
                    .vtep = record.vtep,
                    .deleting = record.deleting,
                    .has_spec = record.has_spec};
  if (const auto& lease = record.lease) {
    packed.lease = lease->subnets;
    packed.source = lease->source;
    packed.rev4 = lease->rev4;
    packed.rev6 = lease->rev6;
  }
  return packed;
}

NodeRecord unpack(const PackedNode& packed) {
  NodeRecord record{.uid = uuid_text(packed.uid),
                    .revision = packed.revision,
                    .deleting = packed.deleting,
                    .vtep = packed.vtep,
                    .has_spec = packed.has_spec};
  if (!packed.lease.empty())
    record.lease = Lease{
        .uid = record.uid, .subnets = packed.lease, .source = packed.source, .rev4 = packed.rev4, .rev6 = packed.rev6};
  for (const auto& block : {packed.pod_cidrs.v4, packed.pod_cidrs.v6})
    if (block) record.pod_cidrs.push_back(*block);
  return record;
}

}  // namespace

CompactNode::CompactNode(NodeRecord record) {
  if (auto packed = pack(record)) {
    node_ = *packed;
  } else {
    node_ = std::make_unique<NodeRecord>(std::move(record));
  }
}

NodeRecord CompactNode::record(std::string_view name) const {
  const auto* whole = std::get_if<std::unique_ptr<NodeRecord>>(&node_);
  auto record = whole ? **whole : unpack(std::get<PackedNode>(node_));
  record.name = name;
  return record;
}

void CompactNode::visit(std::string_view name, const RecordVisitor& visit) const {
  const auto* whole = std::get_if<std::unique_ptr<NodeRecord>>(&node_);
  if (whole && (*whole)->name == name) return visit(**whole);
  visit(record(name));
}

void CompactNode::visit_blocks(const BlockVisitor& visit) const {
  if (const auto* packed = std::get_if<PackedNode>(&node_)) {
    if (!visit_subnets(packed->lease, "lease", visit)) (void)visit_subnets(packed->pod_cidrs, "podCIDR", visit);
    return;
  }
  const auto& record = *std::get<std::unique_ptr<NodeRecord>>(node_);
  if (record.lease && visit_subnets(record.lease->subnets, "lease", visit)) return;
  if (record.claim && visit_subnets(record.claim->subnets, "claim", visit)) return;
  if (record.reserved && visit_subnets(*record.reserved, "reservation", visit)) return;
  for (const auto& block : record.pod_cidrs)
    if (visit("podCIDR", block)) return;
}

bool CompactNode::holds_lease() const {
  if (const auto* packed = std::get_if<PackedNode>(&node_)) return !packed->lease.empty();
  const auto& record = *std::get<std::unique_ptr<NodeRecord>>(node_);
  return record.bound_lease() != nullptr;
}

std::optional<LeaseHolder> CompactNode::holder(std::string_view name) const {
  if (!holds_lease()) return std::nullopt;
  auto found = record(name);
  if (!found.lease) return std::nullopt;
  return LeaseHolder{.node = std::move(found.name), .lease = std::move(*found.lease), .vtep = found.vtep};
}

}  // namespace weft

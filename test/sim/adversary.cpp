#include "test/sim/adversary.h"

#include "test/sim/describe.h"

#include <algorithm>
#include <utility>

namespace weft::sim {

Adversary::Adversary(const Scenario& scenario, Store& store, std::vector<Daemon>& daemons, Network& network,
                     const Trace& trace, SplitMix64& random)
    : scenario_(scenario), store_(store), daemons_(daemons), network_(network), trace_(trace), random_(random) {}

void Adversary::act(LeaseTime now) {
  if (taken_ && random_.below(2) == 0) return put_claim_back();
  Daemon& daemon = daemons_[random_.below(daemons_.size())];
  const NodeRecord* found = store_.find(daemon.name());
  switch (random_.below(14)) {
    case 0:
    case 1:
      if (daemon.running()) {
        trace_.line("! kill {}", daemon.name());
        daemon.kill();
      }
      return;
    case 2:
    case 3:
      return daemon.running() ? daemon.break_watch(now) : void();
    case 4:
      return delete_or_create(daemon.name());
    case 5:
      trace_.line("! compact at {}", store_.revision());
      return store_.compact(store_.revision());
    case 6:
      if (daemon.running()) network_.send(static_cast<std::size_t>(&daemon - daemons_.data()), daemon.change_vtep(now));
      return;
    case 7:
      return scenario_.allocator ? assign_pod_cidr(daemon.name()) : void();
    case 8:
      return scenario_.rollbacks ? roll_back(now) : void();
    default:
      return found != nullptr ? write_foreign(*found) : void();
  }
}

// Another writer than the Node's daemon.
void Adversary::write_foreign(const NodeRecord& node) {
  switch (random_.below(8)) {
    case 0:
      return edit_by_hand(node);
    case 1:
      return replace_by_old_manifest(node);
    case 2:
      return copy_annotations(node);
    case 3:
      return edit_lease(node);
    case 4:
      return take_claim(node);
    case 5:
      return reserve(node);
    default:
      return write_as_kubelet(node);
  }
}

void Adversary::write_as_kubelet(NodeRecord node) {
  if (random_.below(8) == 0) node.deleting = true;
  trace_.line("! kubelet writes {}{}", node.name, node.deleting ? ", deletionTimestamp is set" : "");
  store_.write_foreign(std::move(node));
}

// Takes something out, or puts another block into the claim.
void Adversary::edit_by_hand(NodeRecord node) {
  switch (random_.below(4)) {
    case 0:
      node.lease.reset();
      break;
    case 1:
      node.vtep.reset();
      break;
    case 2:
      if (node.claim && node.claim->subnets.v4)
        node.claim->subnets.v4 = IpPrefix::parse("10.1.0.0/21").value().block(24, random_.below(8));
      break;
    default:
      node.claim.reset();
      break;
  }
  trace_.line("! by hand: {}", describe(node));
  store_.write_foreign(std::move(node));
}

void Adversary::reserve(NodeRecord node) {
  if (node.reserved) {
    node.reserved.reset();
  } else {
    node.reserved.emplace().v4 = IpPrefix::parse("10.1.0.0/21").value().block(24, random_.below(8));
  }
  trace_.line("! reserved: {}", describe(node));
  store_.write_foreign(std::move(node));
}

void Adversary::replace_by_old_manifest(NodeRecord node) {
  std::vector<const NodeRecord*> old;
  for (const Version& version : store_.log()) {
    if (version.record.name == node.name && version.record.uid == node.uid) old.push_back(&version.record);
  }
  const NodeRecord& then = *old[random_.below(old.size())];
  node.claim = then.claim;
  node.lease = then.lease;
  node.vtep = then.vtep;
  trace_.line("! old manifest: {}", describe(node));
  store_.write_foreign(std::move(node));
}

void Adversary::copy_annotations(NodeRecord node) {
  const NodeRecord* other = store_.find(daemons_[random_.below(daemons_.size())].name());
  if (other == nullptr || other->name == node.name) return;
  node.claim = other->claim;
  node.lease = other->lease;
  trace_.line("! annotations copied: {}", describe(node));
  store_.write_foreign(std::move(node));
}

void Adversary::edit_lease(NodeRecord node) {
  if (!node.lease || !node.lease->subnets.v4) return;
  node.lease->subnets.v4 = IpPrefix::parse("10.1.0.0/21").value().block(24, random_.below(8));
  trace_.line("! lease edited: {}", describe(node));
  store_.write_foreign(std::move(node));
}

void Adversary::delete_or_create(const std::string& name) {
  trace_.line("! {} Node {}", store_.find(name) != nullptr ? "delete" : "create", name);
  if (store_.find(name) != nullptr) {
    store_.remove(name);
  } else {
    store_.create(name);
    if (random_.below(2) == 0) restore_annotations(*store_.find(name));
  }
}

// From a backup of the Node that was deleted; they are bound to its uid.
void Adversary::restore_annotations(NodeRecord node) {
  const auto& log = store_.log();
  const auto old = std::find_if(log.rbegin(), log.rend(), [&](const Version& version) {
    return version.record.name == node.name && version.record.uid != node.uid;
  });
  if (old == log.rend()) return;
  node.claim = old->record.claim;
  node.lease = old->record.lease;
  node.vtep = old->record.vtep;
  trace_.line("! annotations restored: {}", describe(node));
  store_.write_foreign(std::move(node));
}

// A claim that was out for a while is the worst a writer can do: others may have won meanwhile, and what stands
// there looks as if it had never been away.
void Adversary::take_claim(NodeRecord node) {
  if (!node.claim) return;
  taken_ = node;
  node.claim.reset();
  trace_.line("! claim taken out: {}", describe(node));
  store_.write_foreign(std::move(node));
}

void Adversary::put_claim_back() {
  const auto before = std::exchange(taken_, std::nullopt);
  if (!before) return;
  const NodeRecord* found = store_.find(before->name);
  if (found == nullptr || found->uid != before->uid) return;
  NodeRecord node = *found;
  node.claim = before->claim;
  trace_.line("! claim put back: {}", describe(node));
  store_.write_foreign(std::move(node));
}

void Adversary::assign_pod_cidr(const std::string& name) {
  const NodeRecord* node = store_.find(name);
  if (node == nullptr || !node->pod_cidrs.empty()) return;
  NodeRecord record = *node;
  const auto& network = scenario_.daemons.front().network;
  for (const Family family : kFamilies) {
    const auto& config = network.of(family);
    if (!config) continue;
    const auto count = config->network.block_count(config->subnet_length);
    for (std::uint64_t i = 0; i < count; ++i) {
      const IpPrefix block = config->network.block(config->subnet_length, i);
      const bool taken = std::ranges::any_of(store_.nodes(), [&](const auto& other) {
        return std::ranges::any_of(other.second.pod_cidrs, [&](const IpPrefix& has) { return has.overlaps(block); });
      });
      if (taken) continue;
      record.pod_cidrs.push_back(block);
      break;
    }
  }
  trace_.line("! allocator: {}", describe(record));
  store_.write_foreign(std::move(record));
}

void Adversary::roll_back(LeaseTime now) {
  const auto& log = store_.log();
  const Revision to = log[log.size() - 1 - random_.below(std::min<std::size_t>(log.size(), 12))].revision;
  if (to < store_.compacted()) return;
  trace_.line("! the store is rolled back to {}", to);
  network_.drop_all();
  store_.roll_back(to);
  for (Daemon& daemon : daemons_) {
    if (daemon.running()) daemon.break_watch(now);
  }
}

}  // namespace weft::sim

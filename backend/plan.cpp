#include "backend/plan.h"

#include <algorithm>
#include <set>
#include <string_view>

namespace weft {
namespace {

using Names = std::set<std::string_view>;

template <class T>
struct Difference {
  std::vector<T> puts;
  std::vector<T> removes;
};

// Walks both sets once. The slot is the first part of every object's order, so objects of one slot meet.
template <class T>
Difference<T> difference(const std::vector<T>& desired, const std::vector<T>& actual) {
  Difference<T> edits;
  auto want = desired.begin();
  auto have = actual.begin();
  while (want != desired.end() || have != actual.end()) {
    if (want != desired.end() && have != actual.end() && same_slot(*want, *have)) {
      if (*want != *have) edits.puts.push_back(*want);
      ++want;
      ++have;
    } else if (have == actual.end() || (want != desired.end() && *want < *have)) {
      edits.puts.push_back(*want++);
    } else {
      edits.removes.push_back(*have++);
    }
  }
  return edits;
}

template <class T>
std::vector<T> not_on(const Names& links, const std::vector<T>& set) {
  std::vector<T> kept;
  std::ranges::copy_if(set, std::back_inserter(kept), [&](const T& object) { return !links.contains(object.link); });
  return kept;
}

// What the plan does to links takes things with it.
struct LinkFate {
  std::vector<Link> replaced;  // as they are now: to be removed before they are put
  Names gone;                  // replaced, or not wanted: everything on them goes too
  Names flushed;               // get another MAC: the kernel drops even permanent neighbours (neigh_changeaddr)
};

LinkFate fate_of_links(const KernelState& desired, const KernelState& actual) {
  LinkFate fate;
  for (const auto& have : actual.links) {
    const auto want = std::ranges::find(desired.links, have.name, &Link::name);
    const bool wanted = want != desired.links.end();
    if (wanted && want->vxlan != have.vxlan) fate.replaced.push_back(have);
    if (!wanted || want->vxlan != have.vxlan) fate.gone.insert(have.name);
    if (wanted && want->mac != have.mac) fate.flushed.insert(have.name);
  }
  return fate;
}

std::vector<Link> without(std::vector<Link> links, const std::vector<Link>& replaced) {
  std::erase_if(links, [&](const Link& link) { return std::ranges::find(replaced, link) != replaced.end(); });
  return links;
}

template <class T>
void append(Plan& plan, Verb verb, const std::vector<T>& objects) {
  for (const auto& object : objects) plan.operations.push_back({verb, object});
}

}  // namespace

Plan make_plan(const KernelState& desired, const KernelState& actual) {
  const LinkFate fate = fate_of_links(desired, actual);
  const auto links = difference(desired.links, without(actual.links, fate.replaced));
  const auto addresses = difference(desired.addresses, not_on(fate.gone, actual.addresses));
  const auto neighbours = difference(desired.neighbours, not_on(fate.flushed, not_on(fate.gone, actual.neighbours)));
  const auto fdb = difference(desired.fdb, not_on(fate.gone, actual.fdb));
  const auto routes = difference(desired.routes, not_on(fate.gone, actual.routes));

  Plan plan;
  append(plan, Verb::remove, fate.replaced);
  append(plan, Verb::put, links.puts);
  append(plan, Verb::put, addresses.puts);
  append(plan, Verb::put, neighbours.puts);
  append(plan, Verb::put, fdb.puts);
  append(plan, Verb::put, routes.puts);
  append(plan, Verb::remove, routes.removes);
  append(plan, Verb::remove, fdb.removes);
  append(plan, Verb::remove, neighbours.removes);
  append(plan, Verb::remove, addresses.removes);
  append(plan, Verb::remove, links.removes);
  return plan;
}

std::string to_string(const Plan& plan) {
  std::string text;
  for (const auto& operation : plan.operations) text += to_string(operation) + "\n";
  return text;
}

}  // namespace weft

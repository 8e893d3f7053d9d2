#include "subnet/field_trie.h"

namespace weft {

FieldTrie::Index FieldTrie::fresh() {
  nodes_.emplace_back();
  return static_cast<Index>(nodes_.size() - 1);
}

FieldTrie::Index FieldTrie::child(Index node, const std::string& segment, std::string_view key_prefix) {
  if (segment == "[]") {
    if (nodes_[node].element == kNone) {
      const Index made = fresh();
      nodes_[node].element = made;
    }
    return nodes_[node].element;
  }
  if (segment == "*") {
    if (nodes_[node].any_member == kNone) {
      const Index made = fresh();
      nodes_[node].any_member = made;
      nodes_[node].any_prefix = key_prefix;
    }
    return nodes_[node].any_member;
  }
  for (const auto& [name, index] : nodes_[node].members) {
    if (name == segment) return index;
  }
  const Index made = fresh();
  nodes_[node].members.emplace_back(segment, made);
  return made;
}

FieldTrie::Index FieldTrie::add(std::span<const std::string> path, std::string_view key_prefix) {
  Index node = kRoot;
  for (const auto& segment : path) node = child(node, segment, key_prefix);
  return node;
}

FieldTrie::Index FieldTrie::member(Index node, std::string_view key) const {
  const Node& here = nodes_[node];
  for (const auto& [name, index] : here.members) {
    if (name == key) return index;
  }
  if (here.any_member != kNone && key.starts_with(here.any_prefix)) return here.any_member;
  return kNone;
}

}  // namespace weft

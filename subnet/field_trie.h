// The wanted paths of a JSON document as a tree, so that a parser can follow them key by key.
//
// Built once, then read only. Everything that is not in the tree is skipped without looking at it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weft {

class FieldTrie {
 public:
  using Index = std::uint32_t;
  static constexpr Index kNone = UINT32_MAX;
  static constexpr Index kRoot = 0;

  struct Field {
    unsigned id = 0;
    std::size_t max_length = 0;
    bool presence = false;
  };
  struct Node {
    std::vector<std::pair<std::string, Index>> members;
    std::string any_prefix;  // for any_member
    Index any_member = kNone;
    Index element = kNone;
    std::vector<Field> fields;
    bool boundary = false;  // the end of this object completes an event

    [[nodiscard]] bool has_members() const { return !members.empty() || any_member != kNone; }
  };

  FieldTrie() : nodes_(1) {}

  // Segments as in FieldPath: a member name, "[]" or "*". Returns the node at the end of the path.
  Index add(std::span<const std::string> path, std::string_view key_prefix = {});
  void add_field(Index node, Field field) { nodes_[node].fields.push_back(field); }
  void set_boundary(Index node) { nodes_[node].boundary = true; }

  [[nodiscard]] const Node& at(Index node) const { return nodes_[node]; }
  // The child for a member called `key`; a name given in full wins over "*".
  [[nodiscard]] Index member(Index node, std::string_view key) const;

 private:
  Index child(Index node, const std::string& segment, std::string_view key_prefix);
  Index fresh();

  std::vector<Node> nodes_;
};

}  // namespace weft

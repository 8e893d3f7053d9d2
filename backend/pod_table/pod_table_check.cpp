#include "backend/pod_table/pod_table.h"

namespace weft::pod_table {

namespace {

std::string missing(const PortElement& element) {
  if (element.mapping == nullptr)
    return fmt::format("the pod cannot reach itself by its hostPorts: set {}", element.set);
  return fmt::format("hostPort {} does not lead to the pod: map {} of table inet {} has no element for it",
                     describe(*element.mapping), element.set, kTable);
}

}  // namespace

Result<std::vector<std::string>> PodTable::find_faults(const Attachment& attachment) {
  std::vector<std::string> faults;
  const Skeleton skeleton = make_skeleton();
  const auto current = table_.has_mark_of(skeleton);
  if (!current) return std::unexpected(current.error());
  if (!*current) {
    faults.push_back(
        fmt::format("there is no nf_tables table inet {} of this version: the next ADD on this node makes it", kTable));
    return faults;
  }
  const auto rules = table_.count_rules();
  if (!rules) return std::unexpected(rules.error());
  if (*rules != skeleton.rules) {
    faults.push_back(fmt::format("table inet {} has {} rules in place of {}: somebody has changed it", kTable, *rules,
                                 skeleton.rules));
  }
  for (const PortElement& element : port_elements(attachment)) {
    const auto found = table_.find(element);
    if (!found) return std::unexpected(found.error());
    const auto& there = *found;
    if (!there) {
      faults.push_back(missing(element));
    } else if (there->data != element.element.data) {
      faults.push_back(fmt::format("hostPort {} leads to somebody else", describe(*element.mapping)));
    }
  }
  return faults;
}

}  // namespace weft::pod_table

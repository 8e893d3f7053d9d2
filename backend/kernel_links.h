// The links of one moment, by index and by name: how values with names are made of records with indexes.
//
// A plain value; any thread. read_links() belongs to the thread of its socket.
#pragma once

#include "backend/kernel_values.h"
#include "backend/netlink/records.h"
#include "backend/netlink/socket.h"
#include "backend/node_facts.h"

#include <string>
#include <string_view>
#include <vector>

namespace weft {

class KernelLinks {
 public:
  explicit KernelLinks(std::vector<netlink::LinkRecord> records);

  [[nodiscard]] const std::vector<netlink::LinkRecord>& records() const { return records_; }  // by index
  [[nodiscard]] const netlink::LinkRecord* find(int index) const;
  [[nodiscard]] const netlink::LinkRecord* find(std::string_view name) const;

  // "" for index 0; "if17" for a link that appeared after this moment.
  [[nodiscard]] std::string name_of(int index) const;

  // A device whose local address is missing reads as one with 0.0.0.0; one whose uplink has gone, with "".
  [[nodiscard]] Link value_of(const netlink::LinkRecord& record) const;

 private:
  std::vector<netlink::LinkRecord> records_;
};

[[nodiscard]] Result<KernelLinks> read_links(netlink::Socket& socket);

}  // namespace weft

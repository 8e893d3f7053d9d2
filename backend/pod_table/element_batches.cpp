#include "backend/pod_table/element_batches.h"

#include "backend/pod_table/skeleton.h"

#include <map>
#include <string_view>
#include <vector>

namespace weft::pod_table {

namespace {

using netlink::Message;
using netlink::nft::Element;
using netlink::nft::kElementsPerMessage;
using netlink::nft::Transaction;
using Write = void (*)(Message&, std::string_view, std::string_view, std::span<const Element>);

void append(Transaction& transaction, std::span<const PortElement> elements, Write write) {
  std::map<std::string_view, std::vector<Element>> by_set;
  for (const PortElement& element : elements) by_set[element.set].push_back(element.element);
  Message message;
  for (const auto& [set, members] : by_set) {
    for (std::span<const Element> rest = members; !rest.empty();) {
      const std::size_t count = std::min(rest.size(), kElementsPerMessage);
      write(message, kTable, set, rest.first(count));
      transaction.add(message);
      rest = rest.subspan(count);
    }
  }
}

}  // namespace

void add_to(Transaction& transaction, std::span<const PortElement> elements) {
  append(transaction, elements, netlink::nft::write_add_elements);
}

void remove_from(Transaction& transaction, std::span<const PortElement> elements) {
  append(transaction, elements, netlink::nft::write_delete_elements);
}

}  // namespace weft::pod_table

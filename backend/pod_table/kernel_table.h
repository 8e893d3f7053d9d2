// Table weft-pods of one nf_tables family, as the kernel holds it.
//
// Owns: a NETLINK_NETFILTER socket of the namespace of the thread that opens it. Threading: one thread at a time.
// Errors: an errno as Error::code, and a message that names the table.
#pragma once

#include "backend/netlink/message.h"
#include "backend/netlink/nft_transaction.h"
#include "backend/netlink/socket.h"
#include "backend/pod_table/port_elements.h"
#include "backend/pod_table/skeleton.h"
#include "subnet/result.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace weft::pod_table {

class KernelTable {
 public:
  [[nodiscard]] static Result<KernelTable> open(netlink::nft::Tables family);

  // No such table, chain or element; also where the kernel knows no tables for bridges.
  [[nodiscard]] bool is_absence(const Error& error) const;

  // Whether it was made with the chains and rules of this skeleton.
  [[nodiscard]] Result<bool> has_mark_of(const Skeleton& skeleton);
  [[nodiscard]] Result<std::size_t> count_rules();
  // Names of its chains; none when it is absent.
  [[nodiscard]] Result<std::vector<std::string>> chains();
  // What is under the element's key.
  [[nodiscard]] Result<std::optional<netlink::nft::Element>> find(const PortElement& element);
  [[nodiscard]] Result<std::vector<netlink::nft::Element>> elements_of(const char* set);

  [[nodiscard]] Result<> commit(netlink::nft::Transaction& transaction);
  // False: there was none.
  [[nodiscard]] Result<bool> remove();

 private:
  KernelTable(netlink::nft::Tables family, netlink::Socket socket) : family_(family), socket_(std::move(socket)) {}

  [[nodiscard]] std::unexpected<Error> fault(const Error& error) const;

  netlink::nft::Tables family_;
  netlink::Socket socket_;
  netlink::Message message_;
};

}  // namespace weft::pod_table

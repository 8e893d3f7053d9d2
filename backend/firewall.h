// Boundary 3, the port to nf_tables: Weft's own table, inet weft, as one value.
//
// Threading: the firewall thread only. nf_tables has one commit lock a network namespace and others may hold it
// for minutes, so nothing else may wait for this port.
// A replace is one transaction: the table is as before or as asked, never between.
#pragma once

#include "subnet/result.h"

#include <string>

namespace weft {

class Firewall {
 public:
  virtual ~Firewall() = default;

  // Replaces the whole table by `script` (nft syntax, rendered by nft_render.h).
  [[nodiscard]] virtual Result<> replace(const std::string& script) = 0;
  // The table as the kernel lists it (stateless, canonical); empty when there is none.
  [[nodiscard]] virtual Result<std::string> list() = 0;
  [[nodiscard]] virtual Result<> remove() = 0;
};

}  // namespace weft

// Weft's annotations: their JSON form, and a Node's text fields turned into Weft's types.
//
// Pure. Nothing in a Node can make decoding fail: what cannot be read is missing from the record and has a line in
// `problems`. Limits: a value is at most 4,096 bytes; unknown fields are ignored; "v" must be 1. A lease needs the
// revision of each family it has a block of, above 0: the smallest one wins a conflict, so none may stand in for it.
//   claim {"v":1,"uid":…,"nonce":<16 hex>,"v4":…,"v6":…}
//   lease {"v":1,"uid":…,"v4":…,"v6":…,"src":"claim"|"podCIDR","rev4":"<number>","rev6":"<number>"}
//   vtep  {"v":1,"backend":"vxlan"|"host-gw","vni":…,"port":…,"ip":…,"mac":…,"ip6":…,"mac6":…}
//   reserve {"v4":…,"v6":…}, written by a person: "v" may be missing
#pragma once

#include "subnet/annotation_keys.h"
#include "subnet/node_record.h"

#include <string>
#include <string_view>

namespace weft {

[[nodiscard]] NodeRecord decode_node(const RawNode& node, const AnnotationKeys& keys);

[[nodiscard]] Result<Claim> decode_claim(std::string_view json);
[[nodiscard]] Result<Lease> decode_lease(std::string_view json);
[[nodiscard]] Result<Vtep> decode_vtep(std::string_view json);
[[nodiscard]] Result<Subnets> decode_reservation(std::string_view json);

[[nodiscard]] std::string encode(const Claim& claim);
[[nodiscard]] std::string encode(const Lease& lease);
[[nodiscard]] std::string encode(const Vtep& vtep);

// metadata.resourceVersion; 0 for anything that is no number.
[[nodiscard]] Revision parse_revision(std::string_view text);

}  // namespace weft

// Everything of a network namespace that the plugin could have changed, as text, to compare before and after.
#pragma once

#include <set>
#include <string>

namespace weft::test {

// Links, addresses, routes of all tables, permanent neighbours and the elements of the pods' nf_tables table (which
// itself stays once it is made) of the namespace the calling thread is in. Without what the kernel adds by itself, a
// little later and for as long as the link lives: link-local addresses and the routes of its own protocol. Throws
// std::runtime_error where the kernel refuses.
[[nodiscard]] std::set<std::string> kernel_snapshot();

}  // namespace weft::test

// The nft program, to look at nf_tables in tests with other eyes than ours.
#pragma once

#include <string>

namespace weft::test {

// "nft -s list <what>" in the network namespace the calling thread is in. Throws std::runtime_error when it fails.
[[nodiscard]] std::string nft_list(const std::string& what);
// The same with what counters have counted.
[[nodiscard]] std::string nft_list_with_counters(const std::string& what);
// Executes commands in nft's syntax.
void nft_run(const std::string& commands);

}  // namespace weft::test

// nf_tables of an empty network, ours and somebody else's hand in it.
#pragma once

#include "backend/nft_firewall.h"
#include "test/support/namespace.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <optional>
#include <string>

namespace weft::test {

class NftFixture : public ::testing::Test {
 protected:
  void SetUp() override {
    new_network();
    ours_.emplace(open());
  }
  static NftFirewall open() {
    auto opened = NftFirewall::open();
    EXPECT_TRUE(opened) << opened.error().message;
    return *std::move(opened);
  }
  // What somebody else does, in one transaction.
  static void run_nft(const std::string& commands) {
    const std::string command = "nft -f - <<'END'\n" + commands + "\nEND";
    ASSERT_EQ(std::system(command.c_str()), 0) << commands;
  }

  // A chain and a rule a service, as kube-proxy has them; a few transactions, as a user namespace limits their size.
  static void add_services(int count) {
    constexpr int kAtOnce = 100;
    run_nft("add table ip services");
    for (int first = 0; first < count; first += kAtOnce) {
      std::string commands;
      for (int i = first; i < first + kAtOnce; ++i) {
        commands += fmt::format("add chain ip services service-{}\n", i);
        commands += fmt::format("add rule ip services service-{} ip daddr 10.0.0.1 tcp dport 80 counter accept\n", i);
      }
      run_nft(commands);
    }
  }

  static constexpr const char* kScript = R"(
table inet weft {
  chain postrouting {
    type nat hook postrouting priority srcnat; policy accept;
    ip saddr 10.244.0.0/16 ip daddr != 10.244.0.0/16 counter masquerade fully-random
  }
}
)";

  std::optional<NftFirewall> ours_;
};

}  // namespace weft::test

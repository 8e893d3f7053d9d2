// nf_tables behind the Firewall port: libnftables, one transaction a replace.
//
// Owns: one libnftables context, and one netlink socket for the generation number.
// Threading: the firewall thread only. Every call may wait for the namespace's one commit lock.
// Errors carry nft's own message. Needs CAP_NET_ADMIN.
#pragma once

#include "backend/firewall.h"
#include "backend/netlink/socket.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

struct nft_ctx;

namespace weft {

class NftFirewall final : public Firewall {
 public:
  // In the network namespace of the calling thread.
  [[nodiscard]] static Result<NftFirewall> open();

  [[nodiscard]] Result<> replace(const std::string& script) override;
  [[nodiscard]] Result<std::string> list() override;
  [[nodiscard]] Result<> remove() override;

  // Whether the table is as the last replace() left it. Costs one small request while nobody has changed anything
  // in nf_tables (the generation number is the same), one listing otherwise. False before the first replace().
  [[nodiscard]] Result<bool> intact();

  // Other programs' chains that drop what none of their rules accepts ("ip filter FORWARD"): an accept of ours cannot
  // overrule them (nft(8), "accept"). Those that iptables-legacy made are not seen. Costs one small request while
  // nobody has changed anything in nf_tables.
  [[nodiscard]] Result<std::vector<std::string>> dropping_forward_chains();

 private:
  struct Free {
    void operator()(nft_ctx* context) const;
  };

  NftFirewall(std::unique_ptr<nft_ctx, Free> context, netlink::Socket socket);

  // nft's output, or its error text.
  [[nodiscard]] Result<std::string> run(const std::string& commands);
  // Counts every committed transaction of the network namespace, anybody's.
  [[nodiscard]] Result<std::uint32_t> generation();
  [[nodiscard]] Result<bool> table_exists();

  std::unique_ptr<nft_ctx, Free> context_;
  netlink::Socket socket_;
  std::optional<std::string> written_;       // as listed after the last replace()
  std::optional<std::uint32_t> generation_;  // at which the table was `written_`
  std::vector<std::string> dropping_;
  std::optional<std::uint32_t> dropping_generation_;  // at which those were all
};

}  // namespace weft

#include "backend/nft_firewall.h"

#include "backend/netlink/nft_objects.h"
#include "backend/ownership.h"

#include <nftables/libnftables.h>

#include <cerrno>

#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <sys/socket.h>

namespace weft {

namespace {

constexpr int kReplaceAttempts = 3;

std::string own_table() { return fmt::format("inet {}", kFirewallTable); }

// Adding first makes the deletion succeed whether or not the table is there.
std::string without_table() { return fmt::format("add table {0}\ndelete table {0}\n", own_table()); }

std::string_view trimmed(std::string_view text) {
  const auto last = text.find_last_not_of(" \n");
  return last == std::string_view::npos ? std::string_view() : text.substr(0, last + 1);
}

}  // namespace

void NftFirewall::Free::operator()(nft_ctx* context) const { nft_ctx_free(context); }

NftFirewall::NftFirewall(std::unique_ptr<nft_ctx, Free> context, netlink::Socket socket)
    : context_(std::move(context)), socket_(std::move(socket)) {}

Result<NftFirewall> NftFirewall::open() {
  auto socket = netlink::Socket::open(NETLINK_NETFILTER);
  if (!socket) return fail_with("nf_tables", socket.error());
  std::unique_ptr<nft_ctx, Free> context(nft_ctx_new(NFT_CTX_DEFAULT));
  if (!context) return fail("nf_tables: libnftables cannot be set up");
  if (nft_ctx_buffer_output(context.get()) != 0 || nft_ctx_buffer_error(context.get()) != 0) {
    return fail("nf_tables: libnftables cannot buffer its output");
  }
  // Counters would make two listings of one table differ; numbers do not depend on /etc/protocols and the like.
  nft_ctx_output_set_flags(context.get(), NFT_CTX_OUTPUT_STATELESS | NFT_CTX_OUTPUT_NUMERIC_ALL);
  return NftFirewall(std::move(context), *std::move(socket));
}

Result<std::string> NftFirewall::run(const std::string& commands) {
  errno = 0;
  if (nft_run_cmd_from_buffer(context_.get(), commands.c_str()) == 0) {
    return std::string(nft_ctx_get_output_buffer(context_.get()));
  }
  const int code = errno;
  const std::string_view reason = trimmed(nft_ctx_get_error_buffer(context_.get()));
  const std::string_view remedy = code == EPERM ? "; it needs CAP_NET_ADMIN" : "";
  return std::unexpected(Error{fmt::format("nft: {}{}", reason, remedy), code});
}

// What the kernel lists afterwards is what we wrote only if nobody else changed it meanwhile. That is certain when
// ours was the only transaction; where others are always busy, two equal listings of two replacements must do.
Result<> NftFirewall::replace(const std::string& script) {
  written_.reset();
  generation_.reset();
  std::string previous;
  for (int attempt = 0; attempt < kReplaceAttempts; ++attempt) {
    const auto before = generation();
    const auto done = run(without_table() + script);
    if (!done) return fail_with("replace table " + own_table(), done.error());
    const auto text = list();
    const auto after = generation();
    if (!text || !before || !after) return {};  // nothing is known: intact() is false
    if (text->empty()) continue;                // removed again
    const bool alone = *after == *before + 1;
    if (alone) generation_ = *after;
    if (alone || previous == *text) {
      written_ = *text;
      return {};
    }
    previous = *text;
  }
  return {};
}

// Not `list tables`: for that libnftables reads the whole ruleset of everybody, 40 MB at 10,000 services (measured).
Result<bool> NftFirewall::table_exists() {
  netlink::Message message;
  netlink::nft::write_get_table(message, kFirewallTable);
  const auto reply = socket_.get(message);
  if (!reply && reply.error().code == ENOENT) return false;
  if (!reply) return fail_with("look for table " + own_table(), reply.error());
  return true;
}

Result<std::string> NftFirewall::list() {
  const auto exists = table_exists();
  if (!exists) return std::unexpected(exists.error());
  if (!*exists) return std::string();
  auto text = run("list table " + own_table());
  if (!text) return fail_with("list table " + own_table(), text.error());
  return text;
}

Result<> NftFirewall::remove() {
  written_.reset();
  generation_.reset();
  const auto done = run(without_table());
  if (!done) return fail_with("remove table " + own_table(), done.error());
  return {};
}

Result<std::uint32_t> NftFirewall::generation() {
  netlink::Message message;
  const nfgenmsg header{.nfgen_family = AF_UNSPEC, .version = NFNETLINK_V0, .res_id = 0};
  message.start((NFNL_SUBSYS_NFTABLES << 8) | NFT_MSG_GETGEN, 0, header);
  const auto reply = socket_.get(message);
  if (!reply) return fail_with("nf_tables generation", reply.error());
  const auto id = reply->view().attributes<nfgenmsg>().be32(NFTA_GEN_ID);
  if (!id) return fail_errno("nf_tables generation", EBADMSG);
  return *id;
}

Result<bool> NftFirewall::intact() {
  if (!written_) return false;
  const auto now = generation();
  if (!now) return std::unexpected(now.error());
  if (generation_ == *now) return true;
  const auto text = list();
  if (!text) return std::unexpected(text.error());
  if (*text != *written_) return false;
  generation_ = *now;
  return true;
}

Result<std::vector<std::string>> NftFirewall::dropping_forward_chains() {
  const auto now = generation();
  if (!now) return std::unexpected(now.error());
  if (dropping_generation_ == *now) return dropping_;
  netlink::Message message;
  netlink::nft::write_dump_chains(message);
  auto chains = socket_.dump(message, netlink::nft::parse_dropping_forward_chain);
  if (!chains) return fail_with("list the chains of nf_tables", chains.error());
  dropping_ = *std::move(chains);
  dropping_generation_ = *now;  // older than the dump at worst: then the next call reads again
  return dropping_;
}

}  // namespace weft

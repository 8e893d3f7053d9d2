#include "backend/nft_filter.h"

#include "backend/ownership.h"
#include "backend/pod_table/skeleton.h"

#include <bit>
#include <string_view>

#include <arpa/inet.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>

namespace weft {

namespace {

// In every message the first attribute is the table's name, whatever kind of object it is about.
static_assert(NFTA_TABLE_NAME == 1 && NFTA_CHAIN_TABLE == 1 && NFTA_RULE_TABLE == 1 && NFTA_SET_TABLE == 1 &&
              NFTA_SET_ELEM_LIST_TABLE == 1 && NFTA_OBJ_TABLE == 1 && NFTA_FLOWTABLE_TABLE == 1);
constexpr int kTableName = 1;

constexpr std::uint32_t kFamily = NLMSG_HDRLEN;
constexpr std::uint32_t kName = NLMSG_HDRLEN + sizeof(nfgenmsg) + sizeof(nlattr);
constexpr std::uint32_t kNameEnd = kName + 4;
constexpr std::uint32_t kLooked = kNameEnd + 4;  // bytes of a message that are looked at; every one has more

constexpr std::string_view kOwn = kFirewallTable;
constexpr std::string_view kPods = pod_table::kTable;
static_assert(kOwn.size() == 4 && kPods.substr(0, 5) == "weft-", "names are compared as one word and one byte");
constexpr std::uint32_t kOwnWord = static_cast<std::uint32_t>(kOwn[0]) << 24U |
                                   static_cast<std::uint32_t>(kOwn[1]) << 16U |
                                   static_cast<std::uint32_t>(kOwn[2]) << 8U | static_cast<std::uint32_t>(kOwn[3]);

// nlmsg_len is in host order and BPF loads network order; a datagram is far below 64 KiB, so two bytes are enough.
constexpr bool kLittle = std::endian::native == std::endian::little;
constexpr std::uint32_t kLengthLow = kLittle ? 0 : 3;
constexpr std::uint32_t kLengthHigh = kLittle ? 1 : 2;

// Scratch memory of the program.
constexpr std::uint32_t kPosition = 0;
constexpr std::uint32_t kLow = 1;

// Looks at the message at kPosition, and moves to the next one.
constexpr sock_filter kStep[] = {
    BPF_STMT(BPF_LDX | BPF_MEM, kPosition),
    BPF_STMT(BPF_LD | BPF_W | BPF_IND, kName),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kOwnWord, 0, 7),
    BPF_STMT(BPF_LD | BPF_B | BPF_IND, kNameEnd),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 0),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, '-', 0, 4),
    BPF_STMT(BPF_LD | BPF_B | BPF_IND, kFamily),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, NFPROTO_INET, 1, 0),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, NFPROTO_BRIDGE, 0, 1),
    BPF_STMT(BPF_RET | BPF_K, 0xffffffff),
    // position += NLMSG_ALIGN(length)
    BPF_STMT(BPF_LD | BPF_B | BPF_IND, kLengthLow),
    BPF_STMT(BPF_ST, kLow),
    BPF_STMT(BPF_LD | BPF_B | BPF_IND, kLengthHigh),
    BPF_STMT(BPF_ALU | BPF_LSH | BPF_K, 8),
    BPF_STMT(BPF_LDX | BPF_MEM, kLow),
    BPF_STMT(BPF_ALU | BPF_ADD | BPF_X, 0),
    BPF_STMT(BPF_ALU | BPF_ADD | BPF_K, NLMSG_ALIGNTO - 1),
    BPF_STMT(BPF_ALU | BPF_AND | BPF_K, ~std::uint32_t{NLMSG_ALIGNTO - 1}),
    BPF_STMT(BPF_LDX | BPF_MEM, kPosition),
    BPF_STMT(BPF_ALU | BPF_ADD | BPF_X, 0),
    BPF_STMT(BPF_ST, kPosition),
    // nothing of ours: the datagram ends here
    BPF_STMT(BPF_ALU | BPF_ADD | BPF_K, kLooked),
    BPF_STMT(BPF_LDX | BPF_W | BPF_LEN, 0),
    BPF_JUMP(BPF_JMP | BPF_JGT | BPF_X, 0, 0, 1),
    BPF_STMT(BPF_RET | BPF_K, 0),
};

}  // namespace

std::vector<sock_filter> nft_filter() {
  std::vector<sock_filter> program{BPF_STMT(BPF_LD | BPF_IMM, 0), BPF_STMT(BPF_ST, kPosition)};
  for (std::size_t i = 0; i < kFilteredMessages; ++i) program.insert(program.end(), std::begin(kStep), std::end(kStep));
  program.push_back(BPF_STMT(BPF_RET | BPF_K, 0xffffffff));
  return program;
}

NftTables concerned_tables(netlink::MessageView view) {
  const auto* header = view.header<nfgenmsg>();
  if (view.type() >> 8U != NFNL_SUBSYS_NFTABLES || header == nullptr) return {};
  const bool inet = header->nfgen_family == NFPROTO_INET;
  const bool bridge = header->nfgen_family == NFPROTO_BRIDGE;
  const std::string_view table = view.attributes<nfgenmsg>().string(kTableName);
  const bool adds_element = (view.type() & 0xffU) == NFT_MSG_NEWSETELEM;
  return {.firewall = inet && table == kOwn, .pods = (inet || bridge) && table == kPods && !adds_element};
}

}  // namespace weft

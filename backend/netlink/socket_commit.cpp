// nf_tables transactions.
#include "backend/netlink/nft_transaction.h"
#include "backend/netlink/socket.h"

#include <sys/socket.h>

namespace weft::netlink {

namespace {

// A transaction goes to the kernel in one piece. Best effort: where it is too large all the same, sending it fails.
void make_room(int fd, std::size_t bytes) {
  constexpr std::size_t kSurelyFits = 64UL * 1024;
  if (bytes <= kSurelyFits) return;
  const int size = static_cast<int>(2 * bytes);                            // the kernel counts its own overhead, too
  (void)::setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);       // limited by net.core.wmem_max
  (void)::setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof size);  // not limited, but for the machine's root
}

}  // namespace

std::vector<Result<>> Socket::commit(nft::Transaction& transaction) {
  if (transaction.empty()) return {};
  const std::uint32_t first = sequence_ + 1;
  sequence_ += transaction.sequences();
  transaction.seal(first);
  make_room(fd_.get(), transaction.bytes().size());
  return exchange(transaction.bytes(), nft::TransactionAnswers(first, transaction.size()));
}

}  // namespace weft::netlink

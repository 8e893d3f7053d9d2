// Changes to nf_tables that happen together or not at all.
//
// Owns: one growing buffer. Threading: one thread at a time. Executed by Socket::commit() on a NETLINK_NETFILTER
// socket. nf_tables has one commit lock a network namespace, and others may hold it for minutes: that is how long
// commit() can take.
#pragma once

#include "backend/netlink/message.h"
#include "backend/netlink/nft_tables.h"
#include "subnet/result.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace weft::netlink::nft {

class Transaction {
 public:
  // Of one family of tables, whatever the messages say.
  explicit Transaction(Tables tables = Tables::inet);

  void add(const Message& message);                                       // copies
  [[nodiscard]] std::size_t size() const { return offsets_.size() - 1; }  // messages added
  [[nodiscard]] bool empty() const { return size() == 0; }

  // Numbers the messages first (begin), first + 1, … and the end. Acknowledgements are asked of the last message
  // added: the one of the end came with Linux 6.10 only.
  void seal(std::uint32_t first_sequence);
  // Sequence numbers that seal() uses.
  [[nodiscard]] std::uint32_t sequences() const { return static_cast<std::uint32_t>(offsets_.size()) + 1; }
  // What is sent: begin, the messages and, after seal(), the end and the numbers.
  [[nodiscard]] std::span<const std::byte> bytes() const { return bytes_; }

 private:
  void append(const Message& message);

  Tables tables_;
  std::vector<std::byte> bytes_;
  std::vector<std::size_t> offsets_;  // of begin and the messages
  std::size_t end_ = 0;               // of the end, once sealed
};

// What the kernel answers to a sealed transaction: sans-IO. It reports the failure of each message, and one of the
// whole as a failure of its begin: EPERM, EOPNOTSUPP (no nf_tables), or what went wrong in the commit.
class TransactionAnswers {
 public:
  // `count` messages without begin and end; not 0.
  TransactionAnswers(std::uint32_t first_sequence, std::size_t count) : first_(first_sequence), results_(count) {}

  void read(std::span<const std::byte> datagram);
  [[nodiscard]] bool complete() const { return complete_; }
  // The answer is not coming: whether the transaction has happened is unknown, and each message fails with `cause`.
  void give_up(const Error& cause);

  // All are successes, or none is: a message that is not at fault itself fails with ECANCELED.
  [[nodiscard]] std::vector<Result<>> take();

 private:
  std::uint32_t first_;
  std::vector<Result<>> results_;
  bool complete_ = false;
};

// Of take()'s, the first that is at fault itself, which is what to tell people; success when there is none.
[[nodiscard]] Result<> first_fault(const std::vector<Result<>>& results);

}  // namespace weft::netlink::nft

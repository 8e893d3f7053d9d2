// A long-lived netlink socket: requests in batches, single answers, dumps.
//
// Owns: the descriptor (close-on-exec) and one receive buffer.
// Threading: one thread at a time. Synchronous: the kernel executes requests inside sendmsg(2), where it may wait
// for its own locks (RTNL), for seconds on a busy node; answers are there when sendmsg returns, and one that is
// not after 5 s is an error (ETIMEDOUT).
// Errors: Error::code is the kernel's errno, positive; the message has the kernel's own explanation (extended
// acknowledgement) where there is one. Datagrams whose sender is not the kernel are dropped.
// The socket belongs to the network namespace its thread was in at open(). One exception: a dump that got stuck
// (ENOBUFS, truncation) can only be left by closing the socket, so it is opened again, with the same port id, in
// the namespace the thread is in then.
#pragma once

#include "backend/netlink/batch.h"
#include "backend/netlink/message.h"
#include "backend/netlink/message_view.h"
#include "subnet/result.h"
#include "subnet/unique_fd.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <type_traits>
#include <utility>
#include <vector>

namespace weft::netlink {

namespace nft {
class Transaction;
}

// The answer to a get(): a copy of one message.
class Reply {
 public:
  explicit Reply(std::vector<std::byte> bytes) : bytes_(std::move(bytes)) {}
  [[nodiscard]] MessageView view() const { return MessageView(*reinterpret_cast<const nlmsghdr*>(bytes_.data())); }

 private:
  std::vector<std::byte> bytes_;
};

class Socket {
 public:
  // `protocol`: NETLINK_ROUTE, NETLINK_NETFILTER …
  [[nodiscard]] static Result<Socket> open(int protocol);

  // The port id the kernel gave us; notifications that our own requests cause carry it.
  [[nodiscard]] std::uint32_t port() const { return port_; }

  // Executes one request and waits for its acknowledgement.
  [[nodiscard]] Result<> request(const Message& message);

  // Executes a batch in one sendmsg; one result for each request, in order. A request after a failed one is
  // executed all the same. The batch is left as it was, apart from its numbering.
  [[nodiscard]] std::vector<Result<>> execute(Batch& batch);

  // Executes a transaction of nf_tables: one result for each message, all successes or none
  // (nft::TransactionAnswers).
  [[nodiscard]] std::vector<Result<>> commit(nft::Transaction& transaction);

  // A request with exactly one answer, such as RTM_GETLINK by name.
  [[nodiscard]] Result<Reply> get(const Message& message);

  // A dump (NLM_F_DUMP is added). `parse(MessageView)` gives an optional value; the values come back in the
  // kernel's order. An interrupted, overrun or truncated dump is started again, up to kDumpAttempts times, then
  // it fails with EINTR: it is all or nothing.
  template <class Parse>
  [[nodiscard]] auto dump(const Message& message, Parse parse) {
    using Value = typename std::invoke_result_t<Parse, MessageView>::value_type;
    std::vector<Value> values;
    const Result<> done = dump_messages(
        message, [&] { values.clear(); },
        [&](MessageView view) {
          if (auto value = parse(view)) values.push_back(*std::move(value));
        });
    return done ? Result<std::vector<Value>>(std::move(values)) : std::unexpected(done.error());
  }

  static constexpr int kDumpAttempts = 10;

 private:
  Socket(int protocol, UniqueFd fd, std::uint32_t port);

  using Visit = std::function<void(MessageView)>;

  // Sends, then reads until `answers` is complete, or gives up on the first error of the socket's own.
  template <class Answers>
  [[nodiscard]] std::vector<Result<>> exchange(std::span<const std::byte> requests, Answers answers) {
    if (const auto sent = send(requests); !sent) answers.give_up(sent.error());
    while (!answers.complete()) {
      if (const auto datagram = receive()) {
        answers.read(*datagram);
      } else {
        answers.give_up(datagram.error());
      }
    }
    return answers.take();
  }

  [[nodiscard]] Result<> dump_messages(const Message& message, const std::function<void()>& restart,
                                       const Visit& visit);
  [[nodiscard]] Result<bool> dump_once(const Message& message, const Visit& visit);  // false: interrupted
  [[nodiscard]] Result<Reply> get_once(const Message& message);
  // Numbered, without NLM_F_ACK, with `flags`.
  [[nodiscard]] Result<> send_single(const Message& message, std::uint16_t flags);
  [[nodiscard]] Result<> reopen();
  [[nodiscard]] Result<> send(std::span<const std::byte> bytes);
  // The next datagram from the kernel. EMSGSIZE: it did not fit and is lost; the buffer has been enlarged.
  [[nodiscard]] Result<std::span<const std::byte>> receive();

  int protocol_;
  UniqueFd fd_;
  std::uint32_t port_;
  std::uint32_t sequence_ = 0;  // of the last request sent
  Batch single_;
  std::vector<std::byte> scratch_;
  std::vector<std::byte> buffer_;
};

}  // namespace weft::netlink

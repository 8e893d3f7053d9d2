// In which order the free addresses of a pool are given out: first those that nobody has had yet, then those that
// have been free for longest. So an address rests for as long as there is any other, and who still talks to the pod
// that had it before has time to notice. Who asks for a certain address gets it at once all the same.
//
// On disk: free.IPv4 and free.IPv6, text. The first line, of fixed length, says which pool it is for, which address
// is the next never used, and where in the file the queue begins; then a line for each released address.
// All of it is a hint: whether an address is free is decided by its file in addresses/, and what a crash makes of
// this one costs no address. An address is put into the queue before its file is removed, and taken out after the
// file is there; what has got lost is found again by reload(), when nothing else is left.
//
// Owns: the file's descriptor. Threading: as Ledger; under its lock, but for looking. Cost: O(1) in entries and pool,
// reload() and take() apart.
#pragma once

#include "subnet/ledger/address_pool.h"
#include "subnet/ledger/directory.h"

#include <cstdint>
#include <deque>
#include <optional>

namespace weft {

class FreeList {
 public:
  // As it was left; knows nothing when there is none, or one of another pool, or a damaged one.
  FreeList(const Directory& directory, const AddressPool& pool);

  // The free address that is next, one after the other; nullopt when it knows no more.
  [[nodiscard]] std::optional<IpAddress> next();
  // Remembers how far next() has come.
  void commit();
  // To be told of an address that was given out without next(), which then need not come across it before it has
  // rested once more.
  void take(const IpAddress& address);
  // Starts anew, with a look at all addresses in use; false when there is none free, or no looking.
  [[nodiscard]] bool reload();

  // To be told before an address's file is removed.
  static void released(const Directory& directory, const IpAddress& address);

 private:
  [[nodiscard]] bool read_header();
  [[nodiscard]] std::string header() const;
  [[nodiscard]] bool read_queue();
  void shorten();
  [[nodiscard]] std::string rest_of_queue() const;

  const Directory& directory_;
  AddressPool pool_;
  UniqueFd fd_;
  std::uint64_t fresh_;     // index of the next address that was never used; the pool's size when there is none
  std::uint64_t head_ = 0;  // offset of the queue's next line
  std::uint64_t read_to_ = 0;
  std::deque<std::string> lines_;  // read and not yet looked at
};

}  // namespace weft

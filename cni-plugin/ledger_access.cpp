#include "cni-plugin/ledger_access.h"

#include "cni-plugin/time_limit.h"

#include <cerrno>

namespace weft::cni {

namespace {

// Others hold the lock for microseconds: one that is held for so long belongs to a stopped process.
constexpr std::chrono::seconds kLockLimit{10};

Code code_of(const Error& error) {
  switch (error.code) {
    case EINTR:
      return Code::try_again_later;
    case EADDRNOTAVAIL:
      return Code::addresses_exhausted;
    case EADDRINUSE:
      return Code::address_taken;
    case EEXIST:
      return Code::already_attached;
    default:
      return Code::kernel;
  }
}

std::unexpected<Failure> refused(std::string_view context, const Error& error) {
  if (error.code == EINTR) {
    return refuse(Code::try_again_later, "{}: another process holds the ledger's lock for more than {} s", context,
                  kLockLimit.count());
  }
  return refuse_with(code_of(error), context, error);
}

}  // namespace

AttachmentKey key_of(const Environment& environment) { return {environment.container_id, environment.interface}; }

Outcome<Attachment> reserve(const Ledger& ledger, const Attachment& wanted, std::span<const AddressPool> pools) {
  const TimeLimit limit(kLockLimit);
  auto reserved = ledger.reserve(wanted, pools);
  if (!reserved) return refused("reserve an address", reserved.error());
  return *std::move(reserved);
}

Outcome<> confirm(const Ledger& ledger, const Attachment& reserved) {
  const TimeLimit limit(kLockLimit);
  const auto held = ledger.holds(reserved);
  if (!held) return refused("look at the address ledger again", held.error());
  if (*held) return {};
  return refuse(Code::try_again_later, "the addresses of {} have been released before its interface was ready",
                reserved.key.container_id);
}

Outcome<> release(const Ledger& ledger, const AttachmentKey& key) {
  const TimeLimit limit(kLockLimit);
  const auto released = ledger.release(key);
  if (!released) return refused("release the addresses of " + key.container_id, released.error());
  return {};
}

}  // namespace weft::cni

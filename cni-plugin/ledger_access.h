// The address ledger as the verbs use it: waiting is bounded, errors have CNI's codes.
#pragma once

#include "cni-plugin/failure.h"
#include "cni-plugin/verbs.h"
#include "subnet/ledger/ledger.h"

namespace weft::cni {

[[nodiscard]] AttachmentKey key_of(const Environment& environment);

// Reserves addresses for the request. Code 11 when the lock is held for too long, 101 when no address is free, 102
// when there is an attachment of this name already, 105 when an address that is asked for is another pod's.
[[nodiscard]] Outcome<Attachment> reserve(const Ledger& ledger, const Attachment& wanted,
                                          std::span<const AddressPool> pools);
// With the pod's link in place: code 11 when its entry has gone since it was reserved, and with it the addresses.
[[nodiscard]] Outcome<> confirm(const Ledger& ledger, const Attachment& reserved);
[[nodiscard]] Outcome<> release(const Ledger& ledger, const AttachmentKey& key);

}  // namespace weft::cni

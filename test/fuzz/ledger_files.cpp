// A ledger with any content in its files: attachments/x:eth0, addresses/10.244.7.2 and free.IPv4, apart by NUL. It
// gives out its addresses all the same, each once, and takes them back.
#include "subnet/ledger/ledger.h"
#include "test/support/temporary_directory.h"

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

namespace {

using namespace weft;

constexpr const char* kBoot = "a12c6f20-b34d-4b79-96d0-5475816885e5";

std::string_view next_part(std::string_view& text) {
  const std::size_t end = std::min(text.find('\0'), text.size());
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return part;
}

Attachment pod(int number) {
  Attachment wanted;
  wanted.key = {"pod" + std::to_string(number), "eth0"};
  wanted.boot_id = kBoot;
  return wanted;
}

void check(bool good) {
  if (!good) std::abort();
}

void use(const Ledger& ledger) {
  const std::vector<AddressPool> pools = {AddressPool::of(IpPrefix::parse("10.244.7.0/29").value()).value()};
  std::set<IpAddress> given;
  int number = 0;
  for (;; ++number) {
    const auto reserved = ledger.reserve(pod(number), pools);
    check(reserved || reserved.error().code == EADDRNOTAVAIL);
    if (!reserved) break;
    check(pools[0].index_of(reserved->addresses.at(0)) && given.insert(reserved->addresses[0]).second);
    check(ledger.find(reserved->key) == *reserved);
  }
  check(number >= 4);  // all but the one that the damaged files may hold
  check(ledger.list().has_value() && ledger.strays().has_value());
  for (int i = 0; i < number; ++i) check(ledger.release(pod(i).key).has_value());
  check(ledger.release({"x", "eth0"}).has_value());
  check(ledger.reserve(pod(0), pools).has_value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  const test::TemporaryDirectory directory;
  const auto ledger = Ledger::create(directory.path());
  check(ledger.has_value());
  for (const char* name : {"attachments/x:eth0", "addresses/10.244.7.2", "free.IPv4"}) {
    std::ofstream(directory / name) << next_part(rest);
  }
  use(*ledger);
  return 0;
}

// Faults to be injected into a fake kernel, each used up by the call that it hits.
#pragma once

#include "backend/operation.h"

#include <cstddef>
#include <optional>
#include <vector>

namespace weft::test {

class KernelFaults {
 public:
  // The operation after `skip` others is refused with `code`.
  void fail_operation(std::size_t skip, int code) { operations_.push_back({skip, std::nullopt, code}); }
  // The same, counting only operations with this verb on the same kind of object (index in KernelObject).
  void fail_operation(Verb verb, std::size_t kind, std::size_t skip, int code) {
    operations_.push_back({skip, Kind{verb, kind}, code});
  }
  void fail_dump(int code) { dumps_.push_back(code); }
  void fail_facts(int code) { facts_.push_back(code); }

  // Faults that have hit nothing yet.
  [[nodiscard]] std::size_t pending() const { return operations_.size() + dumps_.size() + facts_.size(); }

  // For the fake kernel: the errno that this call gets, 0 for none.
  int hit(const Operation& operation);
  int hit_dump() { return take(dumps_); }
  int hit_facts() { return take(facts_); }

 private:
  struct Kind {
    Verb verb;
    std::size_t object;
  };
  struct Fault {
    std::size_t skip;
    std::optional<Kind> kind;
    int code;
  };

  static int take(std::vector<int>& codes);

  std::vector<Fault> operations_;
  std::vector<int> dumps_;
  std::vector<int> facts_;
};

}  // namespace weft::test

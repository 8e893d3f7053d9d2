#include "test/support/kernel_faults.h"

namespace weft::test {

int KernelFaults::hit(const Operation& operation) {
  for (auto fault = operations_.begin(); fault != operations_.end(); ++fault) {
    const auto& kind = fault->kind;
    if (kind && (kind->verb != operation.verb || kind->object != operation.object.index())) continue;
    if (fault->skip-- > 0) continue;
    const int code = fault->code;
    operations_.erase(fault);
    return code;
  }
  return 0;
}

int KernelFaults::take(std::vector<int>& codes) {
  if (codes.empty()) return 0;
  const int code = codes.front();
  codes.erase(codes.begin());
  return code;
}

}  // namespace weft::test

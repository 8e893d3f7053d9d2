#include "daemon/random.h"

#include <memory>
#include <random>

namespace weft {

RandomSource make_random_source() {
  std::random_device device;
  std::seed_seq seed{device(), device(), device(), device()};
  auto engine = std::make_shared<std::mt19937_64>(seed);
  return [engine] { return (*engine)(); };
}

}  // namespace weft

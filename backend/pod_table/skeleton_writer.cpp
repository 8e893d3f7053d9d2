#include "backend/pod_table/skeleton_writer.h"

#include "subnet/stable_hash.h"

#include <string_view>

namespace weft::pod_table {

Skeleton SkeletonWriter::finish() {
  const auto written = skeleton_.transaction.bytes();
  const std::string_view text(reinterpret_cast<const char*>(written.data()), written.size());
  skeleton_.mark = fmt::format("{}{:016x}", kMarkPrefix, stable_hash({text}));
  add_chain(skeleton_.mark.c_str());
  return std::move(skeleton_);
}

}  // namespace weft::pod_table

// The hostPorts of pods that have ended.
//
// PodPorts is the port, NftPodPorts the plugin's own table behind it (docs/adr/0007). Threading: one thread at a time;
// the kernel may make it wait, as for all of nf_tables.
#pragma once

#include "subnet/ledger/attachment.h"
#include "subnet/result.h"

namespace weft {

class PodPorts {
 public:
  PodPorts() = default;
  PodPorts(const PodPorts&) = delete;
  PodPorts& operator=(const PodPorts&) = delete;
  virtual ~PodPorts() = default;

  // Success also when the attachment has none open.
  [[nodiscard]] virtual Result<> close(const Attachment& attachment) = 0;
};

// In the network namespace of the calling thread.
class NftPodPorts final : public PodPorts {
 public:
  [[nodiscard]] Result<> close(const Attachment& attachment) override;
};

}  // namespace weft

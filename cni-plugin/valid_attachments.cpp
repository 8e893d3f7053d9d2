#include "cni-plugin/valid_attachments.h"

namespace weft::cni {

namespace {

constexpr const char* kValidAttachments = "cni.dev/valid-attachments";

}  // namespace

Outcome<std::set<AttachmentKey>> valid_attachments(const NetConf& conf) {
  std::set<AttachmentKey> valid;
  const Json* list = member(conf.document, kValidAttachments);
  if (list == nullptr || list->is_null()) return valid;
  if (!list->is_array()) return refuse(Code::invalid_configuration, "\"{}\" is not a list", kValidAttachments);
  for (const Json& entry : *list) {
    AttachmentKey key{text_member(entry, "containerID"), text_member(entry, "ifname")};
    if (key.container_id.empty() || key.interface.empty()) {
      return refuse(Code::invalid_configuration, "\"{}\" holds {}, which has no containerID or no ifname",
                    kValidAttachments, to_text(entry));
    }
    valid.insert(std::move(key));
  }
  return valid;
}

}  // namespace weft::cni

#include "backend/netlink/acknowledgement.h"

#include <cerrno>
#include <system_error>

namespace weft::netlink {

namespace {

constexpr int kMaxErrno = 4095;  // MAX_ERRNO of include/linux/err.h

// With NETLINK_CAP_ACK the request is cut to its header (NLM_F_CAPPED); otherwise it stands whole between the
// error and the attributes.
std::string_view explanation(MessageView view, const nlmsgerr& error) {
  if ((view.flags() & NLM_F_ACK_TLVS) == 0) return {};
  std::size_t skip = sizeof(nlmsgerr);
  if ((view.flags() & NLM_F_CAPPED) == 0 && error.msg.nlmsg_len >= NLMSG_HDRLEN) {
    skip += NLMSG_ALIGN(error.msg.nlmsg_len) - static_cast<std::size_t>(NLMSG_HDRLEN);
  }
  if (skip >= view.payload().size()) return {};
  return Attributes(view.payload().subspan(skip)).string(NLMSGERR_ATTR_MSG);
}

}  // namespace

int errno_of(int error) { return error > 0 || error < -kMaxErrno ? EBADMSG : -error; }

Result<> parse_acknowledgement(MessageView view) {
  const auto* error = view.header<nlmsgerr>();
  const int code = error == nullptr ? EBADMSG : errno_of(error->error);
  if (code == 0) return {};
  if (code == EBADMSG) return fail_errno("netlink acknowledgement", EBADMSG);
  std::string message = std::generic_category().message(code);
  if (const auto text = explanation(view, *error); !text.empty()) message += fmt::format(" ({})", text);
  return std::unexpected(Error{std::move(message), code});
}

void Acknowledgements::read(std::span<const std::byte> datagram) {
  MessageReader reader(datagram);
  while (const auto view = reader.next()) {
    const std::uint32_t index = view->sequence() - first_;  // wraps round for answers to older requests
    if (view->type() != NLMSG_ERROR || index >= results_.size()) continue;
    results_[index] = parse_acknowledgement(*view);
    complete_ = complete_ || index + 1 == results_.size();
  }
}

void Acknowledgements::give_up(const Error& cause) {
  for (auto& result : results_) {
    if (result) result = std::unexpected(cause);
  }
  complete_ = true;
}

}  // namespace weft::netlink

#include "subnet/result.h"

#include <system_error>

namespace weft {

std::unexpected<Error> fail_errno(std::string_view context, int code) {
  return std::unexpected(Error{fmt::format("{}: {}", context, std::generic_category().message(code)), code});
}

}  // namespace weft

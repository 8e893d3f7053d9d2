// What a kernel error means for an operation: nothing, or a sentence with the object and the remedy.
//
// Pure; any thread. Which errors are none depends on the operation and is decided here, one operation at a time.
#pragma once

#include "backend/operation.h"

namespace weft {

// `error` is what the kernel answered to `operation`. Success when the operation's aim is reached all the same.
[[nodiscard]] Result<> judge_error(const Operation& operation, const Error& error);

}  // namespace weft

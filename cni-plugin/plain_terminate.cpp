// In the place of libstdc++'s handler of exceptions that nobody catches, which would bring a demangler of 47 KB along
// to name them. There is nobody to read that: the runtime sees the signal.
#include <cstdlib>

namespace __gnu_cxx {

// NOLINTBEGIN(clang-diagnostic-reserved-identifier,readability-identifier-naming): the library chose the names.
[[noreturn]] void __verbose_terminate_handler();
[[noreturn]] void __verbose_terminate_handler() { std::abort(); }
// NOLINTEND(clang-diagnostic-reserved-identifier,readability-identifier-naming)

}  // namespace __gnu_cxx

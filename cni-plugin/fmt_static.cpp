// libfmt's own functions, for a program without shared libraries: Debian has no libfmt.a, but its headers hold the
// library's source. Instantiated is what its src/format.cc instantiates and this program needs. Without locales,
// which would more than double the program's size.
#define FMT_STATIC_THOUSANDS_SEPARATOR ','
#include <fmt/format-inl.h>

namespace fmt::inline v9::detail {

template FMT_API auto thousands_sep_impl(locale_ref) -> thousands_sep_result<char>;
template FMT_API auto decimal_point_impl(locale_ref) -> char;

}  // namespace fmt::inline v9::detail

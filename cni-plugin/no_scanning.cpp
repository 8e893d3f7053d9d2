// Nothing in the plugin is read with scanf(3). libnl does so as it starts, to learn the clock of traffic control, which
// the plugin does not ask it for, and in functions that nobody calls; these take the place of the C library's, which
// with what they need are 80 KB. An end of file leaves libnl with its defaults.
#include <cstdio>

extern "C" {

// NOLINTBEGIN(clang-diagnostic-reserved-identifier,readability-identifier-naming): the C library chose names and form.
int __isoc99_fscanf(FILE*, const char*, ...);
int __isoc99_sscanf(const char*, const char*, ...);
int __isoc99_fscanf(FILE*, const char*, ...) { return EOF; }
int __isoc99_sscanf(const char*, const char*, ...) { return EOF; }
// NOLINTEND(clang-diagnostic-reserved-identifier,readability-identifier-naming)
}

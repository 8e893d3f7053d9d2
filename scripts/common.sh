# Sourced by the other scripts: where things are, and how many compilers at once.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
# g++ with Boost takes about 1 GB; more than three at once does not pay on a small machine.
jobs=$(nproc); [ "$jobs" -le 3 ] || jobs=3
# Object files are shared between checkouts: paths relative to the checkout, no build directory in the hash.
export CCACHE_BASEDIR=$root CCACHE_NOHASHDIR=1

# What a sanitizer finds ends the process, with a code that nothing else has. UBSan only aborts: through the abort its
# finding gets ASan's report and exit code.
export ASAN_OPTIONS=exitcode=86:handle_abort=1:detect_stack_use_after_return=1:strict_string_checks=1
export UBSAN_OPTIONS=halt_on_error=1:abort_on_error=1:print_stacktrace=1
export TSAN_OPTIONS=exitcode=86:handle_abort=1:second_deadlock_stack=1

# build PRESET [TARGET…]
build() {
  local preset=$1; shift
  cmake --preset "$preset" >"/tmp/weft-configure.$$" 2>&1 || { cat "/tmp/weft-configure.$$"; rm -f "/tmp/weft-configure.$$"; return 1; }
  rm -f "/tmp/weft-configure.$$"
  cmake --build --preset "$preset" -j "$jobs" ${*:+--target "$@"}
}

step() { printf '\n== %s\n' "$*"; }

// Kernel tests without root and without touching the machine: user and network namespaces of the test's own.
//
// A test program calls enter_private_namespace() before it starts a thread; linking namespace_environment.cpp does
// that for a GoogleTest program. After that new_network() gives an empty network whenever one is wanted. All of it
// goes with the process. Functions throw std::system_error where the kernel refuses: a test that cannot run fails.
#pragma once

namespace weft::test {

// A user namespace in which the caller is root, a mount namespace and a network namespace with `lo` up. Works for
// root and for everybody else; where root may not (a sanitizer's thread is running), root does without the first.
void enter_private_namespace();

// A fresh network namespace for this thread, with `lo` up. Needs enter_private_namespace() first.
void new_network();

}  // namespace weft::test

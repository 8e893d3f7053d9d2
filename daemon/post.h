// How one thread hands work to another.
#pragma once

#include <functional>

namespace weft {

// Queues a task on the thread that it stands for; callable from any thread.
using Post = std::function<void(std::function<void()>)>;

}  // namespace weft

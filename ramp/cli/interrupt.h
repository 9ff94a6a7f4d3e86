// Ctrl-C as a wish to stop.
#ifndef RAMP_CLI_INTERRUPT_H_
#define RAMP_CLI_INTERRUPT_H_

#include <atomic>
#include <thread>

namespace ramp {

// While it lives, the first SIGINT only sets a flag, and the second ends the program at once.
//
// A thread of its own waits for the signal, and all others block it: oneDNN 2.6's products keep data below the stack
// pointer, where the frame of a signal handler would overwrite it. So it must be made before the first parallel loop,
// whose threads inherit what is blocked.
class InterruptWatch {
 public:
  InterruptWatch();
  ~InterruptWatch();
  InterruptWatch(const InterruptWatch&) = delete;
  InterruptWatch& operator=(const InterruptWatch&) = delete;

  const std::atomic<bool>& interrupted() const { return interrupted_; }

 private:
  void Wait(const std::stop_token& stop);

  std::atomic<bool> interrupted_ = false;
  std::jthread waiter_;
};

}  // namespace ramp

#endif  // RAMP_CLI_INTERRUPT_H_

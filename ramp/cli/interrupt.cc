#include "ramp/cli/interrupt.h"

#include <pthread.h>
#include <unistd.h>

#include <csignal>
#include <ctime>

#include "ramp/cli/status.h"

namespace ramp {
namespace {

sigset_t InterruptAlone() {
  sigset_t set;
  ::sigemptyset(&set);
  ::sigaddset(&set, SIGINT);
  return set;
}

}  // namespace

InterruptWatch::InterruptWatch() {
  const sigset_t set = InterruptAlone();
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  waiter_ = std::jthread([this](const std::stop_token& stop) { Wait(stop); });
}

InterruptWatch::~InterruptWatch() {
  waiter_.request_stop();
  waiter_.join();
  const sigset_t set = InterruptAlone();
  ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

void InterruptWatch::Wait(const std::stop_token& stop) {
  const sigset_t set = InterruptAlone();
  // How long the end of the watch may take.
  constexpr timespec kPatience = {.tv_sec = 0, .tv_nsec = 20'000'000};
  while (!stop.stop_requested()) {
    if (::sigtimedwait(&set, nullptr, &kPatience) != SIGINT) continue;
    if (interrupted_) ::_exit(kInterruptedStatus);
    interrupted_ = true;
  }
}

}  // namespace ramp

/* idle: nothing happens. membarrier: private expedited barriers, one call after the other. */
#include "lab.h"
#include <sys/syscall.h>

#define MEMBARRIER_PRIVATE_EXPEDITED (1 << 3)
#define MEMBARRIER_REGISTER_PRIVATE_EXPEDITED (1 << 4)

void case_idle(void) {
  helpers_start(number_of("T", 1), text_of("st", "sleep"));
  settle();
  window_open();
  sleep_ms(number_of("ms", 500));
  window_close();
  report(repetition);
  helpers_stop();
}

void case_membarrier(void) {
  long calls = number_of("n", 20), failed = 0;
  syscall(SYS_membarrier, MEMBARRIER_REGISTER_PRIVATE_EXPEDITED, 0, 0);
  helpers_start(number_of("T", 2), text_of("st", "spin"));
  settle();
  window_open();
  for (long i = 0; i < calls; i++) {
    failed += syscall(SYS_membarrier, MEMBARRIER_PRIVATE_EXPEDITED, 0, 0) != 0;
  }
  window_close();
  note(",\"ops\":%ld,\"err\":%ld", calls, failed);
  report(repetition);
  helpers_stop();
}

/* Short names for what the system offers. */
#include "lab.h"
#include <time.h>

int64_t now_us(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000LL + now.tv_nsec / 1000;
}

void sleep_ms(long ms) {
  struct timespec time = {ms / 1000, (ms % 1000) * 1000000L};
  nanosleep(&time, NULL);
}

void pin(int cpu) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(cpu, &set);
  if (sched_setaffinity(0, sizeof set, &set)) perror("pin");
}

/* khugepaged, kswapd0 … are found by name. */
void pin_kernel_thread(const char *name, int cpu) {
  for (int pid = 2; pid < 4000; pid++) {
    char path[64], found[64];
    snprintf(path, sizeof path, "/proc/%d/comm", pid);
    int file = open(path, O_RDONLY);
    if (file < 0) continue;
    int length = read(file, found, sizeof found - 1);
    close(file);
    if (length <= 0) continue;
    found[length - 1] = 0;
    if (strcmp(found, name)) continue;
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    if (sched_setaffinity(pid, sizeof set, &set)) note(",\"pinerr\":%d", errno);
    return;
  }
  note(",\"pinerr\":-1");
}

int write_file(const char *path, const char *text) {
  int file = open(path, O_WRONLY | O_TRUNC);
  if (file < 0) return -1;
  int written = write(file, text, strlen(text));
  close(file);
  return written;
}

/* Mappings at known places. */
#include "lab.h"

char *map_at(unsigned long address, size_t bytes, int flags, int file) {
  int rights = PROT_READ | PROT_WRITE;
  char *memory = mmap((void *)address, bytes, rights, flags | MAP_FIXED, file, 0);
  if (memory == MAP_FAILED) {
    perror("map");
    _exit(2);
  }
  return memory;
}

void touch(char *memory, size_t bytes, size_t stride) {
  for (size_t at = 0; at < bytes; at += stride) memory[at] = 1;
}

/*
 * Written by the supervisor before it forks, so that the first line that a run reads is a
 * copy-on-write fault, and one flush of the threads that run. Runs by khugepaged read it inside
 * their window: they have counted this flush since the first boots, and the model counts on it.
 */
static char line[4096] __attribute__((aligned(65536)));

void smaps_prepare(void) { memset(line, 1, sizeof line); }

long smaps_kib(const char *key) {
  FILE *file = fopen("/proc/self/smaps_rollup", "r");
  long value = -1;
  size_t length = strlen(key);
  if (!file) return -1;
  while (fgets(line, sizeof line, file)) {
    if (!strncmp(line, key, length)) value = atol(line + length + 1);
  }
  fclose(file);
  return value;
}

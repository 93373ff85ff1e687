/*
 * hugeshare: processes map the same hugetlb file at whole gigabytes, so that they share its PMD
 * tables. The first one gives its share back; the others only hold theirs.
 */
#include "lab.h"
#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>

#define MOST_PROCESSES 64
#define POOL "/proc/sys/vm/nr_hugepages"

static int ready[2], go[2];

static void say(int end, const char *byte) {
  if (write(end, byte, 1) != 1) perror("pipe");
}

static void await(int end) {
  char byte;
  if (read(end, &byte, 1) != 1) perror("pipe");
}

/* share=0 begins 2 MiB later: then nothing is shared at the ends. */
static unsigned long start_of(void) {
  return RANGES_AT + (number_of("share", 1) ? 0 : TABLE_BYTES);
}

static int operate(const char *operation, char *memory, size_t bytes) {
  if (!strcmp(operation, "munmap")) return munmap(memory, bytes);
  if (!strcmp(operation, "mprotect")) return mprotect(memory, bytes, PROT_READ);
  if (!strcmp(operation, "dontneed")) return madvise(memory, bytes, MADV_DONTNEED);
  if (!strcmp(operation, "splitunmap")) {
    int failed = 0;
    for (size_t at = 0; at < bytes; at += GIB) failed |= munmap(memory + at, 2 * TABLE_BYTES);
    return failed;
  }
  return -1;
}

static void sharer(long number, int file, size_t bytes) {
  const char *operation = text_of("op", "munmap");
  pin((number_of("pcpu", 0) + number_of("kidstep", 1) * number) % online_cpus);
  char *memory = map_at(start_of(), bytes, MAP_SHARED | MAP_NORESERVE, file);
  volatile long sum = 0;
  for (size_t at = 0; at < bytes; at += GIB) sum += memory[at];
  if (number == 0) {
    helpers_start(number_of("T", 1), text_of("st", "sleep"));
    helpers_poke();
  }
  say(ready[1], "r");
  for (; number > 0;) pause();
  await(go[0]);
  settle();
  helpers_poke();
  sleep_ms(50);
  if (!strcmp(operation, "exit")) {
    say(ready[1], "x");
    _exit(0);
  }
  window_open();
  int failed = operate(operation, memory, bytes);
  window_close();
  note(",\"ops\":%ld,\"err\":%d", (long)(bytes / GIB), failed ? errno : 0);
  report(repetition);
  _exit(0);
}

static long free_huge_pages(void) {
  FILE *file = fopen("/proc/meminfo", "r");
  char line[256];
  long pages = 0;
  while (file && fgets(line, sizeof line, file)) {
    if (!strncmp(line, "HugePages_Free:", 15)) pages = atol(line + 15);
  }
  if (file) fclose(file);
  return pages;
}

static int open_file(size_t bytes) {
  write_file(POOL, text_of("pool", "16"));
  mkdir("/huge", 0755);
  mount("none", "/huge", "hugetlbfs", 0, "");
  int file = open("/huge/f", O_RDWR | O_CREAT, 0600);
  if (file >= 0 && ftruncate(file, bytes + GIB)) perror("ftruncate huge");
  return file;
}

static void measure(pid_t first, size_t bytes) {
  say(go[1], "g");
  if (!is_text("op", "munmap", "exit")) {
    waitpid(first, NULL, 0);
    return;
  }
  await(ready[0]);
  window_open();
  waitpid(first, NULL, 0);
  sleep_ms(30);
  window_close();
  note(",\"ops\":%ld", (long)(bytes / GIB));
  report(repetition);
}

void case_hugeshare(void) {
  long processes = number_of("procs", 2);
  size_t bytes = (size_t)number_of("gb", 1) * GIB;
  pid_t pids[MOST_PROCESSES];
  if (processes > MOST_PROCESSES) processes = MOST_PROCESSES;
  int file = open_file(bytes);
  if (file < 0 || pipe(ready) || pipe(go)) {
    perror("hugetlb");
    return;
  }
  for (long i = 0; i < processes; i++) {
    pids[i] = fork();
    if (pids[i] == 0) sharer(i, file, bytes);
    await(ready[0]);
  }
  note(",\"huge_free\":%ld", free_huge_pages());
  pin((number_of("pcpu", 0) + 1) % online_cpus);
  measure(pids[0], bytes);
  for (long i = 1; i < processes; i++) {
    kill(pids[i], SIGKILL);
    waitpid(pids[i], NULL, 0);
  }
  close(file);
  unlink("/huge/f");
  umount("/huge");
  write_file(POOL, "0");
}

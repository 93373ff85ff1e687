/* Processes that map the same huge pages share page tables; one of them gives its share back. */
#include "probe.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef MFD_HUGE_2MB
#define MFD_HUGE_2MB (21U << 26)
#endif

#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22
#endif

/*
 * A table of 512 huge pages maps a gigabyte; one page of each is enough to have the table. NULL
 * where there is none.
 */
static char *map_all(int file, long gib) {
  size_t bytes = (size_t)gib * GIGABYTE;
  int flags = MAP_SHARED | MAP_NORESERVE;
  char *mapped = mmap((void *)BASE, bytes, PROT_READ | PROT_WRITE, flags, file, 0);
  if (mapped == MAP_FAILED) return NULL;
  for (long i = 0; i < gib; i++) {
    if (madvise(mapped + (size_t)i * GIGABYTE, TABLE_BYTES, MADV_POPULATE_READ)) return NULL;
  }
  return mapped;
}

/* A process that maps and holds; returns when it does. */
static pid_t holder(int file, long gib) {
  int ends[2];
  char answer = 0;
  pid_t parent = getpid();
  if (pipe(ends)) refuse_errno("pipe");
  pid_t child = fork();
  if (child < 0) refuse_errno("fork");
  close(ends[child ? 1 : 0]);
  if (!child) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (!map_all(file, gib) || write(ends[1], "+", 1) != 1) _exit(1);
    while (getppid() == parent) pause();
    _exit(0);
  }
  if (read(ends[0], &answer, 1) != 1) refuse("huge pages", "another process could not map them");
  close(ends[0]);
  return child;
}

static int operate(const char *what, char *mapped, size_t bytes) {
  if (!strcmp(what, "munmap")) return munmap(mapped, bytes);
  if (!strcmp(what, "mprotect")) return mprotect(mapped, bytes, PROT_READ);
  if (!strcmp(what, "dontneed")) return madvise(mapped, bytes, MADV_DONTNEED);
  refuse("operation", what);
}

void probe_unshare(const struct options *options) {
  size_t bytes = (size_t)options->gib * GIGABYTE;
  pid_t holders[1024];
  int file = memfd_create("shootdown-probe", MFD_HUGETLB | MFD_HUGE_2MB);
  if (file < 0 || ftruncate(file, (off_t)bytes)) refuse_errno("huge pages");
  /* The pages come into the file here, where their lack can be told; the mapping goes again. */
  char *mapped = map_all(file, options->gib);
  if (!mapped || munmap(mapped, bytes)) refuse("huge pages", "too few are free");
  for (long i = 0; i < options->sharers - 1; i++) holders[i] = holder(file, options->gib);
  mapped = map_all(file, options->gib);
  if (!mapped) refuse("huge pages", "too few are free");
  siblings_start(options);
  window_prepare(options);
  window_open();
  int failed = operate(options->what, mapped, bytes) != 0;
  window_close(failed);
  window_idle();
  siblings_stop();
  for (long i = 0; i < options->sharers - 1; i++) {
    kill(holders[i], SIGKILL);
    waitpid(holders[i], NULL, 0);
  }
  window_report();
}

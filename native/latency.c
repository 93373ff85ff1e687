/* How long one call takes: each sample is a call, or the mean of a block of them. */
#include "probe.h"

#include <linux/futex.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif
#define MEMBARRIER_REGISTER (1 << 4)
#define MEMBARRIER_PRIVATE (1 << 3)

/* One operation: what is prepared before each sample, and what is timed. */
struct operation {
  const char *name;
  void (*prepare)(void);
  long (*call)(void);
};

static char *const here = (char *)BASE;
static size_t page_bytes;
static int word;

static void map_range(size_t bytes, int advice) {
  int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED;
  if (mmap(here, bytes, PROT_READ | PROT_WRITE, flags, -1, 0) == MAP_FAILED) {
    refuse_errno("memory");
  }
  madvise(here, bytes, MADV_NOHUGEPAGE);
  for (size_t at = 0; at < bytes; at += page_bytes) here[at] = 1;
  if (advice) madvise(here, bytes, advice);
}

static void one_page(void) { map_range(page_bytes, 0); }
static void one_table(void) { map_range(TABLE_BYTES, MADV_HUGEPAGE); }
static void nothing(void) {}

static long call_collapse(void) { return madvise(here, TABLE_BYTES, MADV_COLLAPSE); }
static long call_munmap(void) { return munmap(here, page_bytes); }
static long call_mprotect(void) { return mprotect(here, page_bytes, PROT_READ); }
static long call_dontneed(void) { return madvise(here, page_bytes, MADV_DONTNEED); }
static long call_membarrier(void) { return syscall(SYS_membarrier, MEMBARRIER_PRIVATE, 0, 0); }
static long wake(int how) { return syscall(SYS_futex, &word, how, 1, NULL, NULL, 0); }
/* Finds the page of the word by GUP-fast. */
static long call_shared(void) { return wake(FUTEX_WAKE); }
/* Needs its address only. */
static long call_private(void) { return wake(FUTEX_WAKE_PRIVATE); }
static long call_clock(void) { return 0; }

static const struct operation operations[] = {
    {"collapse", one_table, call_collapse},  {"munmap", one_page, call_munmap},
    {"mprotect", one_page, call_mprotect},   {"dontneed", one_page, call_dontneed},
    {"membarrier", nothing, call_membarrier}, {"futexShared", nothing, call_shared},
    {"futexPrivate", nothing, call_private}, {"clock", nothing, call_clock},
};

static const struct operation *find(const char *name) {
  for (size_t i = 0; i < sizeof operations / sizeof *operations; i++) {
    if (!strcmp(operations[i].name, name)) return &operations[i];
  }
  refuse("operation", name);
}

void probe_latency(const struct options *options) {
  const struct operation *one = find(options->what);
  long calls = options->calls, block = options->block, failed = 0;
  int64_t *samples = calloc((size_t)calls + 1, sizeof *samples);
  if (!samples) refuse_errno("memory");
  page_bytes = (size_t)sysconf(_SC_PAGESIZE);
  if (one->call == call_membarrier) syscall(SYS_membarrier, MEMBARRIER_REGISTER, 0, 0);
  siblings_start(options);
  window_prepare(options);
  window_open();
  for (long i = 0; i < calls; i++) {
    one->prepare();
    int64_t begun = now_ns();
    for (long k = 0; k < block; k++) failed += one->call() != 0;
    samples[i] = now_ns() - begun;
  }
  window_close(failed);
  window_idle();
  siblings_stop();
  put_numbers("ns", samples, calls);
  window_report();
}

/* Threads beside the one that works: each on a CPU of its own, spinning or asleep. */
#include "probe.h"

#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define RELAX() __asm__ volatile("pause" ::: "memory")
#elif defined(__aarch64__)
#define RELAX() __asm__ volatile("yield" ::: "memory")
#else
#define RELAX() __asm__ volatile("" ::: "memory")
#endif

enum wanted { SLEEP, SPIN, END };

/* In memory that a fork does not copy: a sibling that writes here causes no flush of its own. */
struct shared {
  int wanted;
  int seen[MAX_CPUS];
  long rounds[MAX_CPUS];
};

static struct shared *shared;
static pthread_t *threads;
static pid_t *tasks;
static int *cpus;
static int count;
static pid_t process;

void pin(int cpu) {
  cpu_set_t *set = CPU_ALLOC(MAX_CPUS);
  size_t bytes = CPU_ALLOC_SIZE(MAX_CPUS);
  if (!set) refuse_errno("memory");
  CPU_ZERO_S(bytes, set);
  CPU_SET_S(cpu, bytes, set);
  if (sched_setaffinity(0, bytes, set)) refuse_errno("CPU");
  CPU_FREE(set);
}

static void futex(int *word, int operation, int value) {
  syscall(SYS_futex, word, operation, value, NULL, NULL, 0);
}

static void *sibling(void *argument) {
  int index = (int)(intptr_t)argument;
  int *wanted = &shared->wanted;
  pin(cpus[index]);
  tasks[index] = (pid_t)syscall(SYS_gettid);
  for (;;) {
    int now = __atomic_load_n(wanted, __ATOMIC_SEQ_CST);
    __atomic_store_n(&shared->seen[index], now + 1, __ATOMIC_SEQ_CST);
    if (now == END) return NULL;
    if (now == SLEEP) {
      futex(wanted, FUTEX_WAIT, SLEEP);
      continue;
    }
    while (__atomic_load_n(wanted, __ATOMIC_RELAXED) == SPIN) {
      __atomic_store_n(&shared->rounds[index], shared->rounds[index] + 1, __ATOMIC_RELAXED);
      RELAX();
    }
  }
}

/* Tells all, and waits until each has noticed. */
static void set_all(enum wanted wanted) {
  int64_t begun = now_ns();
  __atomic_store_n(&shared->wanted, wanted, __ATOMIC_SEQ_CST);
  futex(&shared->wanted, FUTEX_WAKE, INT_MAX);
  for (int i = 0; i < count; i++) {
    while (__atomic_load_n(&shared->seen[i], __ATOMIC_SEQ_CST) != (int)wanted + 1) {
      if (now_ns() - begun > 20000000000LL) refuse("siblings", "a thread did not run for 20 s");
      sleep_ms(1);
    }
  }
}

void siblings_start(const struct options *options) {
  pthread_attr_t attributes;
  count = options->sibling_count;
  process = getpid();
  shared = shared_memory(sizeof *shared);
  threads = calloc((size_t)count + 1, sizeof *threads);
  tasks = calloc((size_t)count + 1, sizeof *tasks);
  cpus = calloc((size_t)count + 1, sizeof *cpus);
  if (!threads || !tasks || !cpus) refuse_errno("memory");
  memcpy(cpus, options->siblings, (size_t)count * sizeof *cpus);
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, 1 << 18);
  for (int i = 0; i < count; i++) {
    if (pthread_create(&threads[i], &attributes, sibling, (void *)(intptr_t)i)) {
      refuse("threads", "one could not be started");
    }
  }
  set_all(SLEEP);
}

void siblings_go(const struct options *options) {
  if (!count) return;
  set_all(SPIN);
  if (!options->spin) set_all(SLEEP);
}

int siblings_move(void) {
  for (int i = 0; i < count; i++) {
    long before = __atomic_load_n(&shared->rounds[i], __ATOMIC_RELAXED);
    int64_t begun = now_ns();
    while (__atomic_load_n(&shared->rounds[i], __ATOMIC_RELAXED) == before) {
      if (now_ns() - begun > 1000000) return 0;
    }
  }
  return 1;
}

/* Both kinds of switches, from /proc: the process may be the parent of the caller. */
static long switches_of(pid_t task) {
  char line[128];
  long sum = 0;
  snprintf(line, sizeof line, "/proc/%d/task/%d/status", process, task);
  FILE *file = fopen(line, "r");
  if (!file) return -1;
  while (fgets(line, sizeof line, file)) {
    char *found = strstr(line, "voluntary_ctxt_switches:");
    if (found) sum += atol(strchr(found, ':') + 1);
  }
  fclose(file);
  return sum;
}

long siblings_switches(void) {
  long sum = 0;
  for (int i = 0; i < count; i++) sum += switches_of(tasks[i]);
  return sum;
}

int set_fifo(int on) {
  struct sched_param priority = {.sched_priority = on ? 1 : 0};
  int policy = on ? SCHED_FIFO : SCHED_OTHER;
  int allowed = !sched_setscheduler(0, policy, &priority);
  for (int i = 0; i < count; i++) {
    if (sched_setscheduler(tasks[i], policy, &priority)) allowed = 0;
  }
  return allowed;
}

void siblings_stop(void) {
  set_all(END);
  for (int i = 0; i < count; i++) pthread_join(threads[i], NULL);
}

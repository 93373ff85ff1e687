/*
 * Helpers of the process. They spin (touching memory, so that they stay on their CPU), sleep on a
 * futex (their CPUs then idle in lazy TLB mode), or call GUP-fast through vmsplice.
 */
#include "lab.h"
#include <linux/futex.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#define SETTLE_MS 300
#define HAMMER_PAGES 16
#define STACK_BYTES (256 << 10)

enum state { SLEEPS, SPINS, HAMMERS };

struct helper {
  pthread_t thread;
  int cpu;
  int word;
  int rounds;
};

static struct helper *helpers;
static int helper_count;
static enum state state;
static volatile int stopping;
static volatile char *spun_page;
static char *hammered;
static long hammered_bytes;
static volatile long hammer_count;

static long futex(int *word, int operation, int value) {
  return syscall(SYS_futex, word, operation, value, NULL, NULL, 0);
}

static int rounds_of(struct helper *own) { return __atomic_load_n(&own->rounds, __ATOMIC_SEQ_CST); }

static void hammer(int pipe_in, int pipe_out, char *junk) {
  long bytes = HAMMER_PAGES * page_bytes;
  for (long call = 0; !stopping; call++) {
    struct iovec part = {hammered + (call * bytes) % hammered_bytes, bytes};
    long left = vmsplice(pipe_in, &part, 1, 0);
    if (left > 0) {
      while (left > 0) {
        long got = read(pipe_out, junk, left);
        if (got <= 0) break;
        left -= got;
      }
      __atomic_add_fetch(&hammer_count, 1, __ATOMIC_RELAXED);
    }
    PAUSE();
  }
}

static void hammers(struct helper *own) {
  int ends[2];
  char *junk = malloc(HAMMER_PAGES * page_bytes);
  if (!junk || pipe(ends)) {
    perror("hammer");
    _exit(1);
  }
  fcntl(ends[1], F_SETPIPE_SZ, HAMMER_PAGES * page_bytes);
  memset(junk, 1, HAMMER_PAGES * page_bytes);
  __atomic_store_n(&own->rounds, 1, __ATOMIC_SEQ_CST);
  hammer(ends[1], ends[0], junk);
}

static void *helper_main(void *argument) {
  struct helper *own = argument;
  volatile char *page = spun_page;
  long sum = 0;
  pin(own->cpu);
  if (state == HAMMERS) {
    hammers(own);
    return NULL;
  }
  __atomic_store_n(&own->rounds, 1, __ATOMIC_SEQ_CST);
  while (state == SPINS && !stopping) {
    sum += *page;
    PAUSE();
  }
  while (state == SLEEPS && !stopping) {
    int seen = __atomic_load_n(&own->word, __ATOMIC_SEQ_CST);
    sum += *page;
    __atomic_add_fetch(&own->rounds, 1, __ATOMIC_SEQ_CST);
    futex(&own->word, FUTEX_WAIT_PRIVATE, seen);
  }
  return (void *)sum;
}

static void start(int wanted, enum state what) {
  int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE;
  int first = number_of("cpu0", 0);
  pthread_attr_t attributes;
  pin(first);
  stopping = 0;
  state = what;
  helper_count = wanted < 0 ? 0 : wanted;
  if (helper_count > online_cpus - 1) helper_count = online_cpus - 1;
  spun_page = mmap(NULL, page_bytes, PROT_READ | PROT_WRITE, flags, -1, 0);
  *spun_page = 1;
  helpers = calloc(helper_count + 1, sizeof *helpers);
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, STACK_BYTES);
  for (int i = 0; i < helper_count; i++) {
    helpers[i].cpu = (first + 1 + i) % online_cpus;
    if (pthread_create(&helpers[i].thread, &attributes, helper_main, &helpers[i])) {
      perror("thread");
      _exit(1);
    }
    while (!rounds_of(&helpers[i])) {
      PAUSE();
      sched_yield();
    }
  }
}

void helpers_start(int threads, const char *what) {
  start(threads - 1, strcmp(what, "spin") ? SLEEPS : SPINS);
}

void hammers_start(int count, char *memory, long bytes) {
  hammered = memory;
  hammered_bytes = bytes;
  start(count, HAMMERS);
}

long hammer_calls(void) { return hammer_count; }

static void wake(struct helper *own) {
  __atomic_add_fetch(&own->word, 1, __ATOMIC_SEQ_CST);
  futex(&own->word, FUTEX_WAKE_PRIVATE, 1);
}

void helpers_poke(void) {
  if (state != SLEEPS) return;
  for (int i = 0; i < helper_count; i++) {
    int before = rounds_of(&helpers[i]);
    wake(&helpers[i]);
    while (rounds_of(&helpers[i]) == before) {
      PAUSE();
      sched_yield();
    }
  }
}

void helpers_stop(void) {
  stopping = 1;
  for (int i = 0; i < helper_count; i++) wake(&helpers[i]);
  for (int i = 0; i < helper_count; i++) pthread_join(helpers[i].thread, NULL);
}

void wander(long cpus) {
  for (long cpu = 1; cpu <= cpus; cpu++) {
    pin(cpu % online_cpus);
    *spun_page = cpu;
    sleep_ms(2);
  }
  if (cpus > 0) pin(number_of("cpu0", 0));
}

void settle(void) { sleep_ms(number_of("settle", SETTLE_MS)); }

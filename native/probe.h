/* What the parts of the probe helper share; what it is for stands in main.c. */
#ifndef PROBE_H
#define PROBE_H

#define _GNU_SOURCE
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* A CPU number is below this, as everywhere in Linux. */
#define MAX_CPUS 8192
#define TABLE_BYTES (2UL << 20)
#define GIGABYTE (1UL << 30)
/* Where everything is mapped: far from the rest of the process, 16 TiB. */
#define BASE 0x100000000000UL

/* What was asked for, from arguments of the form name=value. */
struct options {
  const char *probe;
  const char *what;  /* the phase of a fork, the operation that unshares or is timed */
  const char *trace; /* the file tracing_on of a trace instance, or NULL */
  long calls, pages, gib, sharers, block;
  int cpu; /* of the thread that works */
  int siblings[MAX_CPUS], sibling_count;
  int spin, fifo;
};

/* arguments.c */
void read_options(struct options *options, int argc, char **argv);

/* report.c: one JSON object on stdout; a refusal ends the process. */
void refuse(const char *what, const char *why) __attribute__((noreturn));
void refuse_errno(const char *what) __attribute__((noreturn));
void put_text(const char *name, const char *text, size_t length);
void put_number(const char *name, int64_t value);
void put_truth(const char *name, int value);
void put_numbers(const char *name, const int64_t *values, long count);
void put_end(void);

/* siblings.c: threads beside the one that works, each on a CPU of its own. */
void siblings_start(const struct options *options);
void siblings_go(const struct options *options); /* as they shall be in the window */
long siblings_switches(void);                    /* how often their CPUs were taken from them */
int siblings_move(void);                         /* whether all that spin are seen to go round */
void siblings_stop(void);
void pin(int cpu);
int set_fifo(int on); /* of all threads; whether it was allowed */

/* window.c: readings around the operation, and around an idle time as long. */
void window_prepare(const struct options *options);
void window_open(void);
void window_close(long failed);
void window_idle(void); /* after what the operation made is gone */
void window_report(void);
int64_t now_ns(void);
void sleep_ms(long ms);
void *shared_memory(size_t bytes);

/* The probes. */
void probe_fork(const struct options *options);
void probe_unshare(const struct options *options);
void probe_latency(const struct options *options);

#endif

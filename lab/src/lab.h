/*
 * The lab's workload: changes page tables in known ways and reads /proc/interrupts around it.
 * One static program. As PID 1 of an initramfs it prepares the machine, runs /plan and switches the
 * machine off; `lab -f PLAN` runs a plan on the machine it is started on.
 */
#ifndef LAB_H
#define LAB_H

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif
#ifndef MADV_COLD
#define MADV_COLD 20
#endif
#ifndef MADV_PAGEOUT
#define MADV_PAGEOUT 21
#endif

/* PAUSE hands the turn to the next CPU where one host thread emulates all of them. */
#if defined(__x86_64__)
#define PAUSE() __asm__ volatile("pause" ::: "memory")
#define ARCH_NAME "x86_64"
#elif defined(__aarch64__)
#define PAUSE() __asm__ volatile("yield" ::: "memory")
#define ARCH_NAME "arm64"
#elif defined(__powerpc64__)
#define PAUSE() __asm__ volatile("or 31,31,31" ::: "memory")
#define ARCH_NAME "ppc64le"
#else
#error "the lab knows x86_64, arm64 and ppc64le"
#endif

#define TABLE_BYTES (2UL << 20)
#define GIB (1UL << 30)
/* Where ranges begin: far from everything else of the process, under page tables of their own. */
#define RANGES_AT 0x100000000000UL

extern long page_bytes;
extern int online_cpus;
/* Results go here: the second serial port, or standard output. */
extern FILE *results;

/* params.c: the case and its parameters `name=value`. */
extern char case_name[64];
extern char case_params[512];
int read_case(const char *line);
const char *text_of(const char *name, const char *otherwise);
/* A number; `N`, `N/2` and `N-1` stand for the online CPUs. */
long number_of(const char *name, long otherwise);
int is_text(const char *name, const char *otherwise, const char *wanted);

/* window.c: three readings of /proc/interrupts, and what is reported of a run. */
void windows_init(void);
void window_open(void);
void window_close(void);
void note(const char *format, ...) __attribute__((format(printf, 1, 2)));
void report(int repetition);
extern int repetition;

/* trace.c: ftrace of the window, where the plan asks for it (`trace=1`). */
void trace_prepare(void);
void trace_on(void);
void trace_off(void);
void trace_report(void);

/* threads.c: the process's other threads, each on a CPU of its own. */
void helpers_start(int threads, const char *state);
/* One GUP-fast caller a helper, on `bytes` at `memory`. */
void hammers_start(int hammers, char *memory, long bytes);
/* Sleeping helpers run briefly and sleep again: their CPUs idle and borrow the address space. */
void helpers_poke(void);
void helpers_stop(void);
long hammer_calls(void);
/* Runs on CPUs 1 to `cpus` one after the other, and comes back. */
void wander(long cpus);
/* Time for the machine to become quiet. */
void settle(void);

/* system.c */
void pin(int cpu);
void pin_kernel_thread(const char *name, int cpu);
void sleep_ms(long ms);
int64_t now_us(void);
int write_file(const char *path, const char *text);

/* memory.c */
char *map_at(unsigned long address, size_t bytes, int flags, int file);
void touch(char *memory, size_t bytes, size_t stride);
/* A value of /proc/self/smaps_rollup, KiB; -1 when there is none. */
long smaps_kib(const char *key);
void smaps_prepare(void);

/* machine.c: an emulated machine from power-on to quiet. */
void machine_start(void);
void machine_quiet(void);
void machine_describe(void);
void machine_off(void);

/* case_*.c */
void case_idle(void);
void case_membarrier(void);
void case_collapse(void);
void case_ranges(void);
void case_reclaim(void);
void case_fork(void);
void case_exit(void);
void case_hugeshare(void);

#endif

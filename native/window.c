/* Readings around the operation, and around an idle time as long. */
#include "probe.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define TEXT_BYTES (4UL << 20)
#define LINE_BYTES 256
#define SETTLE_MS 20
#define LONGEST_IDLE_NS 3000000000LL

/* In shared memory: a child may open and close the window, and no reading is copied on write. */
enum reading { BEFORE, AFTER, IDLE_BEGINS, IDLE_ENDS, READINGS };

struct window {
  char text[READINGS][TEXT_BYTES];
  size_t length[READINGS];
  char stat[2][LINE_BYTES], load[LINE_BYTES];
  int64_t begun, ended;
  int64_t idle_ns;
  long failed, faults, switches;
  int spins, moved, spun, fifo;
};

static struct window *window;
static int interrupts = -1, tracing = -1;

int64_t now_ns(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

void sleep_ms(long ms) {
  struct timespec time = {ms / 1000, ms % 1000 * 1000000};
  while (nanosleep(&time, &time)) continue;
}

void *shared_memory(size_t bytes) {
  int flags = MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE;
  void *found = mmap(NULL, bytes, PROT_READ | PROT_WRITE, flags, -1, 0);
  if (found == MAP_FAILED) refuse_errno("memory");
  return found;
}

/*
 * As system calls of its own: those of the C library write to a page of the thread, which after a
 * fork would be copied inside of the window.
 */
static void read_interrupts(enum reading slot) {
  size_t length = 0;
  long part;
  char *text = window->text[slot];
  syscall(SYS_lseek, interrupts, 0, SEEK_SET);
  while ((part = syscall(SYS_read, interrupts, text + length, TEXT_BYTES - length)) > 0) {
    length += (size_t)part;
  }
  if (part < 0 || length == TEXT_BYTES) refuse("/proc/interrupts", "could not be read whole");
  window->length[slot] = length;
}

static void first_line(const char *path, char *line) {
  int file = open(path, O_RDONLY);
  ssize_t length = file < 0 ? -1 : read(file, line, LINE_BYTES - 1);
  if (length < 0) refuse_errno(path);
  line[length] = 0;
  line[strcspn(line, "\n")] = 0;
  close(file);
}

static void trace(const char *on) {
  if (tracing < 0) return;
  if (syscall(SYS_write, tracing, on, 1) != 1) refuse_errno("tracing_on");
}

static long faults_so_far(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_minflt;
}

void window_prepare(const struct options *options) {
  window = shared_memory(sizeof *window);
  window->spins = options->spin && options->sibling_count > 0;
  interrupts = open("/proc/interrupts", O_RDONLY);
  if (interrupts < 0) refuse_errno("/proc/interrupts");
  if (options->trace) {
    tracing = open(options->trace, O_WRONLY);
    if (tracing < 0) refuse_errno("tracing_on");
  }
  for (int slot = BEFORE; slot < READINGS; slot++) read_interrupts(slot);
  siblings_go(options);
  window->fifo = options->fifo && set_fifo(1);
  if (options->fifo && !window->fifo) set_fifo(0);
  sleep_ms(SETTLE_MS);
}

void window_open(void) {
  read_interrupts(BEFORE);
  first_line("/proc/stat", window->stat[0]);
  window->switches = siblings_switches();
  window->moved = !window->spins || siblings_move();
  read_interrupts(BEFORE);
  trace("1");
  window->faults = faults_so_far();
  window->begun = now_ns();
}

void window_close(long failed) {
  window->ended = now_ns();
  window->faults = faults_so_far() - window->faults;
  trace("0");
  read_interrupts(AFTER);
  window->spun = window->moved && siblings_switches() == window->switches;
  first_line("/proc/stat", window->stat[1]);
  window->failed = failed;
}

void window_idle(void) {
  window->idle_ns = window->ended - window->begun;
  if (window->idle_ns > LONGEST_IDLE_NS) window->idle_ns = LONGEST_IDLE_NS;
  sleep_ms(SETTLE_MS);
  read_interrupts(IDLE_BEGINS);
  /* Keeps its CPU as the operation did: one that others may use is woken more often. */
  for (int64_t end = now_ns() + window->idle_ns; now_ns() < end;) continue;
  read_interrupts(IDLE_ENDS);
  first_line("/proc/loadavg", window->load);
  if (window->fifo) set_fifo(0);
}

void window_report(void) {
  static const char *const names[] = {"before", "after", "idleBegins", "idleEnds"};
  for (int i = BEFORE; i < READINGS; i++) put_text(names[i], window->text[i], window->length[i]);
  put_text("stat0", window->stat[0], strlen(window->stat[0]));
  put_text("stat1", window->stat[1], strlen(window->stat[1]));
  put_text("loadavg", window->load, strlen(window->load));
  put_number("operationNs", window->ended - window->begun);
  put_number("idleNs", window->idle_ns);
  put_number("failed", window->failed);
  put_number("faults", window->faults);
  if (window->spins) put_truth("spun", window->spun);
  put_truth("fifo", window->fifo);
}

/* fork, and writes to pages that a child shares. */
#include "probe.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static char *mapped;
static size_t page_bytes;

static void write_all(long pages) {
  for (long i = 0; i < pages; i++) mapped[(size_t)i * page_bytes] = 1;
}

/* A child that sleeps. Without the C library's own fork, which writes to pages of its own. */
static pid_t sleeping_child(void) {
  pid_t parent = getpid();
  pid_t child = (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
  if (child < 0) refuse_errno("fork");
  if (child > 0) return child;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  while ((pid_t)syscall(SYS_getppid) == parent) pause();
  _exit(0);
}

static void end_child(pid_t child) {
  kill(child, SIGKILL);
  waitpid(child, NULL, 0);
}

/* The calls themselves. */
static void phase_fork(const struct options *options) {
  pid_t *children = shared_memory(((size_t)options->calls + 1) * sizeof *children);
  window_prepare(options);
  window_open();
  for (long i = 0; i < options->calls; i++) children[i] = sleeping_child();
  window_close(0);
  for (long i = 0; i < options->calls; i++) end_child(children[i]);
  window_idle();
}

/* The parent writes: while the child shares the pages, or after it is gone. */
static void phase_parent_writes(const struct options *options, int shares) {
  pid_t child = sleeping_child();
  if (!shares) end_child(child);
  window_prepare(options);
  window_open();
  write_all(options->pages);
  window_close(0);
  if (shares) end_child(child);
  window_idle();
}

/* The child writes, and measures itself. */
static void phase_child_writes(const struct options *options) {
  int status;
  window_prepare(options);
  pid_t child = fork();
  if (child < 0) refuse_errno("fork");
  if (!child) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    sleep_ms(20);
    window_open();
    write_all(options->pages);
    window_close(0);
    _exit(0);
  }
  waitpid(child, &status, 0);
  if (!WIFEXITED(status) || WEXITSTATUS(status)) refuse("child", "did not end well");
  window_idle();
}

void probe_fork(const struct options *options) {
  int flags = MAP_PRIVATE | MAP_ANONYMOUS;
  page_bytes = (size_t)sysconf(_SC_PAGESIZE);
  size_t bytes = (size_t)options->pages * page_bytes;
  mapped = mmap((void *)BASE, bytes, PROT_READ | PROT_WRITE, flags, -1, 0);
  if (mapped == MAP_FAILED) refuse_errno("memory");
  madvise(mapped, bytes, MADV_NOHUGEPAGE);
  write_all(options->pages);
  siblings_start(options);
  if (!strcmp(options->what, "fork")) phase_fork(options);
  else if (!strcmp(options->what, "copyOnWrite")) phase_parent_writes(options, 1);
  else if (!strcmp(options->what, "reuse")) phase_parent_writes(options, 0);
  else if (!strcmp(options->what, "childWrites")) phase_child_writes(options);
  else refuse("phase", options->what);
  siblings_stop();
  window_report();
}

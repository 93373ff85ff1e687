/*
 * fork: children that only wait (phase=fork), writes to pages shared with a living child (cow) or
 * with one that is gone (reuse), children that end at once (forkexit).
 */
#include "lab.h"
#include <signal.h>

#define MOST_CHILDREN 256

static int release_ends[2];
static pid_t children[MOST_CHILDREN];
static long child_count;

static void fork_waiting(void) {
  char byte;
  pid_t child = fork();
  if (child == 0) {
    close(release_ends[1]);
    if (read(release_ends[0], &byte, 1) < 0) _exit(1);
    _exit(0);
  }
  if (child > 0 && child_count < MOST_CHILDREN) children[child_count++] = child;
}

static void end_children(void) {
  for (long i = 0; i < child_count; i++) {
    kill(children[i], SIGKILL);
    waitpid(children[i], NULL, 0);
  }
  child_count = 0;
}

static void write_pages(char *memory, size_t bytes) {
  window_open();
  touch(memory, bytes, page_bytes);
  window_close();
}

static long run_phase(const char *phase, char *memory, size_t bytes) {
  long calls = number_of("n", 5);
  if (!strcmp(phase, "cow")) {
    fork_waiting();
    sleep_ms(50);
    helpers_poke();
    sleep_ms(20);
    write_pages(memory, bytes);
    return bytes / page_bytes;
  }
  if (!strcmp(phase, "reuse")) {
    fork_waiting();
    end_children();
    sleep_ms(50);
    write_pages(memory, bytes);
    return bytes / page_bytes;
  }
  window_open();
  for (long i = 0; i < calls; i++) {
    if (!strcmp(phase, "fork")) {
      fork_waiting();
      continue;
    }
    pid_t child = fork();
    if (child == 0) _exit(0);
    waitpid(child, NULL, 0);
  }
  window_close();
  return calls;
}

void case_fork(void) {
  size_t bytes = number_of("pages", 64) * page_bytes;
  char *memory = map_at(RANGES_AT, bytes, MAP_PRIVATE | MAP_ANONYMOUS, -1);
  touch(memory, bytes, page_bytes);
  helpers_start(number_of("T", 1), text_of("st", "spin"));
  helpers_poke();
  settle();
  if (pipe(release_ends)) perror("pipe");
  note(",\"ops\":%ld", run_phase(text_of("phase", "fork"), memory, bytes));
  report(repetition);
  close(release_ends[1]);
  end_children();
  helpers_stop();
}

/* ftrace of the measured window. LAB_TRACEFS names an instance of one's own on a shared machine. */
#include "lab.h"

static int is_on;

static const char *folder(void) {
  const char *own = getenv("LAB_TRACEFS");
  return own ? own : "/sys/kernel/tracing";
}

static void set(const char *file, const char *text) {
  char path[256];
  snprintf(path, sizeof path, "%s/%s", folder(), file);
  if (write_file(path, text) < 0) fprintf(stderr, "trace %s: %s\n", path, strerror(errno));
}

/* 1: flushes and sendings; 2: handlers, too; 3: and which task runs. */
void trace_prepare(void) {
  long level = number_of("trace", 0);
  is_on = level > 0;
  if (!is_on) return;
  set("tracing_on", "0");
  set("trace", "");
  set("buffer_size_kb", text_of("tbuf", "1024"));
  set("trace_clock", "global");
  set("events/tlb/enable", "1");
  set("events/ipi/enable", "1");
  if (level < 2) return;
  set("events/irq_vectors/call_function_entry/enable", "1");
  set("events/irq_vectors/call_function_exit/enable", "1");
  set("events/irq_vectors/call_function_single_entry/enable", "1");
  set("events/irq_vectors/call_function_single_exit/enable", "1");
  if (level < 3) return;
  set("events/sched/sched_switch/enable", "1");
  set("events/sched/sched_waking/enable", "1");
}

void trace_on(void) {
  if (is_on) set("tracing_on", "1");
}

void trace_off(void) {
  if (is_on) set("tracing_on", "0");
}

void trace_report(void) {
  static char line[4096];
  char path[256];
  if (!is_on) return;
  snprintf(path, sizeof path, "%s/trace", folder());
  FILE *file = fopen(path, "r");
  if (!file) return;
  fprintf(results, "@@TRACE\n");
  long left = number_of("tlines", 4000);
  while (left-- > 0 && fgets(line, sizeof line, file)) fputs(line, results);
  fclose(file);
  fprintf(results, "@@ENDTRACE\n");
  set("events/enable", "0");
  set("trace", "");
}

/*
 * The measured window: S0 before the operation, S1 after it, S2 after an idle time as long, with
 * all helpers in the same state. What the window writes is in pages that are the process's own by
 * then: a copy-on-write fault inside it would flush, and be counted.
 */
#include "lab.h"
#include <stdarg.h>
#include <sys/resource.h>
#include <sys/utsname.h>

#define READING_BYTES (2 << 20)
#define SHORTEST_IDLE_MS 20
#define LONGEST_IDLE_MS 3000
#define STACK_BYTES 16384

int repetition;

/* Written by the first reading, and again by the others: one page, aligned to be alone in it. */
static struct {
  char *text[3];
  long length[3];
  long faults[3];
  int64_t us[3];
  int file;
} window __attribute__((aligned(65536)));

static char notes[1024];

/* The readings lie in shared memory that is there already. */
void windows_init(void) {
  for (int i = 0; i < 3; i++) {
    int flags = MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE;
    window.text[i] = mmap(NULL, READING_BYTES, PROT_READ | PROT_WRITE, flags, -1, 0);
    if (window.text[i] == MAP_FAILED) {
      perror("readings");
      _exit(1);
    }
  }
  window.file = open("/proc/interrupts", O_RDONLY);
  notes[0] = 0;
}

static void own_stack(void) {
  volatile char below[STACK_BYTES];
  for (long i = 0; i < STACK_BYTES; i += 1024) below[i] = 1;
  (void)below[0];
}

static void read_counts(int i) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  window.faults[i] = usage.ru_minflt;
  window.us[i] = now_us();
  long length = 0, got;
  lseek(window.file, 0, SEEK_SET);
  while (length < READING_BYTES) {
    got = read(window.file, window.text[i] + length, READING_BYTES - length);
    if (got <= 0) break;
    length += got;
  }
  window.length[i] = length;
}

/* The operation begins when this returns. */
void window_open(void) {
  trace_prepare();
  own_stack();
  read_counts(0);
  trace_on();
  window.us[0] = now_us();
}

/* The operation is over; the idle time follows. */
void window_close(void) {
  read_counts(1);
  trace_off();
  long ms = (window.us[1] - window.us[0]) / 1000;
  if (ms < SHORTEST_IDLE_MS) ms = SHORTEST_IDLE_MS;
  if (ms > LONGEST_IDLE_MS) ms = LONGEST_IDLE_MS;
  sleep_ms(ms);
  read_counts(2);
}

/* Results of the case, as members of a JSON object: `,"ops":32`. */
void note(const char *format, ...) {
  va_list values;
  size_t used = strlen(notes);
  va_start(values, format);
  vsnprintf(notes + used, sizeof notes - used, format, values);
  va_end(values);
}

void report(int of_repetition) {
  struct utsname name;
  uname(&name);
  fprintf(results, "@@RUN {\"arch\":\"%s\",\"kernel\":\"%s\",\"cpus\":%d", ARCH_NAME, name.release,
          online_cpus);
  fprintf(results, ",\"case\":\"%s\",\"params\":\"%s\",\"rep\":%d", case_name, case_params,
          of_repetition);
  fprintf(results, ",\"op_us\":%lld,\"base_us\":%lld,\"minflt\":%ld%s}\n",
          (long long)(window.us[1] - window.us[0]), (long long)(window.us[2] - window.us[1]),
          window.faults[1] - window.faults[0], notes);
  for (int i = 0; i < 3; i++) {
    fprintf(results, "@@S%d\n", i);
    fwrite(window.text[i], 1, window.length[i], results);
  }
  fprintf(results, "@@END\n");
  trace_report();
  fflush(results);
}

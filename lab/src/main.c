/* Runs the cases of a plan, each repetition in a process of its own. */
#include "lab.h"
#include <signal.h>
#include <sys/prctl.h>

#define LONGEST_CASE_S 600
#define LONGEST_PLAN 65536
#define LONGEST_LINE 512

long page_bytes;
int online_cpus;
FILE *results;

static void run_case(void) {
  if (!strcmp(case_name, "idle")) case_idle();
  else if (!strcmp(case_name, "membarrier")) case_membarrier();
  else if (!strcmp(case_name, "collapse")) case_collapse();
  else if (!strcmp(case_name, "reclaim")) case_reclaim();
  else if (!strcmp(case_name, "fork")) case_fork();
  else if (!strcmp(case_name, "exit")) case_exit();
  else if (!strcmp(case_name, "hugeshare")) case_hugeshare();
  else case_ranges();
}

/* The supervisor blocks: polling would change the address space of some CPU, and its lazy state. */
static void run_once(int number) {
  int status;
  int64_t begin = now_us();
  fflush(results);
  pid_t child = fork();
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    alarm(number_of("limit_s", LONGEST_CASE_S));
    repetition = number;
    windows_init();
    run_case();
    fflush(results);
    _exit(0);
  }
  waitpid(child, &status, 0);
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM) {
    fprintf(results, "@@TIMEOUT %s %s\n", case_name, case_params);
  }
  fprintf(results, "@@DONE %s %s rep=%d status=%d wall_us=%lld\n", case_name, case_params, number,
          status, (long long)(now_us() - begin));
  fflush(results);
}

/* The plan is read as a whole first: children share the offset of an open file. */
static void run_plan(const char *path) {
  static char plan[LONGEST_PLAN];
  FILE *file = fopen(path, "r");
  if (!file) {
    perror(path);
    return;
  }
  plan[fread(plan, 1, sizeof plan - 1, file)] = 0;
  fclose(file);
  smaps_prepare();
  for (char *line = plan, *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
    *end = 0;
    if (!read_case(line)) continue;
    long repetitions = number_of("reps", 3);
    for (long i = 0; i < repetitions; i++) run_once(i);
  }
}

/* From /sys, once that is there: without it the C library counts the CPUs that are not isolated. */
static void count_cpus(void) { online_cpus = sysconf(_SC_NPROCESSORS_ONLN); }

static int run_as_init(void) {
  machine_start();
  count_cpus();
  machine_describe();
  pin(0);
  run_plan("/plan");
  machine_off();
  return 0;
}

int main(int argc, char **argv) {
  page_bytes = sysconf(_SC_PAGESIZE);
  results = stdout;
  if (getpid() == 1) return run_as_init();
  if (argc != 3 || strcmp(argv[1], "-f")) {
    fprintf(stderr, "usage: lab -f PLAN    (results on standard output)\n");
    return 2;
  }
  count_cpus();
  run_plan(argv[2]);
  return 0;
}

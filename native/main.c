/*
 * The helper of shootdown's probes: what needs nanoseconds, or a process that may fork. It is
 * compiled by the user's own cc, does one repetition of one probe, and prints one JSON object:
 *
 *   probe fork what=copyOnWrite pages=64 cpu=0 siblings=1 spin=1 fifo=1
 *   probe unshare what=munmap gib=1 sharers=2 cpu=0
 *   probe latency what=munmap calls=200 cpu=0 siblings=1 spin=1 fifo=1
 *
 * {"refused": ..., "why": ...} with exit code 1 is the answer where the machine cannot do it.
 */
#include "probe.h"

#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

/* Longer than any repetition takes; one that hangs ends here, s. */
#define LIMIT_S 120

int main(int argc, char **argv) {
  static struct options options;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  alarm(LIMIT_S);
  read_options(&options, argc, argv);
  pin(options.cpu);
  if (!strcmp(options.probe, "fork")) probe_fork(&options);
  else if (!strcmp(options.probe, "unshare")) probe_unshare(&options);
  else if (!strcmp(options.probe, "latency")) probe_latency(&options);
  else refuse("probe", options.probe);
  put_end();
  return 0;
}

/* exit: a process with T threads ends, by itself or by SIGKILL; its parent measures. */
#include "lab.h"
#include <signal.h>

static void live_and_die(int go, int ready) {
  char byte;
  size_t bytes = (size_t)number_of("mb", 4) << 20;
  touch(map_at(RANGES_AT, bytes, MAP_PRIVATE | MAP_ANONYMOUS, -1), bytes, page_bytes);
  helpers_start(number_of("T", 1), text_of("st", "spin"));
  for (int i = 0; i < 2; i++) {
    helpers_poke();
    sleep_ms(50);
  }
  if (write(ready, "r", 1) != 1 || read(go, &byte, 1) < 0) _exit(1);
  _exit(0);
}

void case_exit(void) {
  int go[2], ready[2];
  char byte;
  if (pipe(go) || pipe(ready)) perror("pipe");
  pin(number_of("pcpu", 0));
  pid_t child = fork();
  if (child == 0) live_and_die(go[0], ready[1]);
  if (read(ready[0], &byte, 1) != 1) perror("child");
  settle();
  window_open();
  if (is_text("how", "exit", "kill")) kill(child, SIGKILL);
  else if (write(go[1], "g", 1) != 1) perror("go");
  waitpid(child, NULL, 0);
  sleep_ms(number_of("linger", 50));
  window_close();
  note(",\"ops\":1");
  report(repetition);
}

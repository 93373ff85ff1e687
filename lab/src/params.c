/* A line of a plan: the name of a case, and parameters. */
#include "lab.h"

#define MOST 64
#define LONGEST 64

char case_name[64];
char case_params[512];
static char given[MOST][LONGEST];
static int count;

static int is_of_plan(const char *word) {
  return !strncmp(word, "reps=", 5) || !strncmp(word, "max=", 4) || !strncmp(word, "min=", 4);
}

/* 1 when the line is a case for this machine, 0 for a comment or another number of CPUs. */
int read_case(const char *line) {
  char copy[512];
  snprintf(copy, sizeof copy, "%s", line);
  count = 0;
  case_params[0] = 0;
  char *word = strtok(copy, " \t\n");
  if (!word || *word == '#') return 0;
  snprintf(case_name, sizeof case_name, "%s", word);
  size_t used = 0;
  while ((word = strtok(NULL, " \t\n")) && count < MOST) {
    snprintf(given[count++], LONGEST, "%s", word);
    if (is_of_plan(word)) continue;
    used += snprintf(case_params + used, sizeof case_params - used, used ? " %s" : "%s", word);
  }
  return online_cpus <= number_of("max", 1 << 20) && online_cpus >= number_of("min", 0);
}

const char *text_of(const char *name, const char *otherwise) {
  size_t length = strlen(name);
  for (int i = 0; i < count; i++) {
    if (!strncmp(given[i], name, length) && given[i][length] == '=') return given[i] + length + 1;
  }
  return otherwise;
}

long number_of(const char *name, long otherwise) {
  const char *text = text_of(name, NULL);
  if (!text) return otherwise;
  if (!strcmp(text, "N")) return online_cpus;
  if (!strcmp(text, "N/2")) return online_cpus / 2;
  if (!strcmp(text, "N-1")) return online_cpus - 1;
  return strtol(text, NULL, 0);
}

int is_text(const char *name, const char *otherwise, const char *wanted) {
  return !strcmp(text_of(name, otherwise), wanted);
}

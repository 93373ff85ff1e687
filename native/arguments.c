/* Arguments of the form name=value. */
#include "probe.h"

#include <stdlib.h>
#include <string.h>

static long number(const char *name, const char *text, long most) {
  char *end;
  long value = strtol(text, &end, 10);
  if (end == text || *end || value < 0 || value > most) refuse(name, text);
  return value;
}

/* 1,3,5 */
static void read_cpus(struct options *options, char *list) {
  for (char *one = strtok(list, ","); one; one = strtok(NULL, ",")) {
    if (options->sibling_count == MAX_CPUS) refuse("siblings", "too many");
    options->siblings[options->sibling_count++] = (int)number("siblings", one, MAX_CPUS - 1);
  }
}

static void read_one(struct options *options, const char *name, char *value) {
  if (!strcmp(name, "what")) options->what = value;
  else if (!strcmp(name, "trace")) options->trace = value;
  else if (!strcmp(name, "siblings")) read_cpus(options, value);
  else if (!strcmp(name, "cpu")) options->cpu = (int)number(name, value, MAX_CPUS - 1);
  else if (!strcmp(name, "spin")) options->spin = (int)number(name, value, 1);
  else if (!strcmp(name, "fifo")) options->fifo = (int)number(name, value, 1);
  else if (!strcmp(name, "calls")) options->calls = number(name, value, 1000000);
  else if (!strcmp(name, "block")) options->block = number(name, value, 1000000);
  else if (!strcmp(name, "pages")) options->pages = number(name, value, 1 << 24);
  else if (!strcmp(name, "gib")) options->gib = number(name, value, 4096);
  else if (!strcmp(name, "sharers")) options->sharers = number(name, value, 1024);
  else refuse("argument", name);
}

void read_options(struct options *options, int argc, char **argv) {
  if (argc < 2) refuse("probe", "missing");
  *options = (struct options){.probe = argv[1], .what = "", .calls = 1, .pages = 64, .gib = 1};
  options->sharers = 2;
  options->block = 1;
  for (int i = 2; i < argc; i++) {
    char *value = strchr(argv[i], '=');
    if (!value) refuse("argument", argv[i]);
    *value = 0;
    read_one(options, argv[i], value + 1);
  }
}

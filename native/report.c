/* One JSON object on stdout. */
#include "probe.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int members;

static void put_name(const char *name) {
  printf("%s\"%s\":", members++ ? "," : "{", name);
}

void put_text(const char *name, const char *text, size_t length) {
  put_name(name);
  putchar('"');
  for (size_t i = 0; i < length; i++) {
    unsigned char one = (unsigned char)text[i];
    if (one == '\n') fputs("\\n", stdout);
    else if (one == '"' || one == '\\') printf("\\%c", one);
    else if (one < 0x20 || one > 0x7e) printf("\\u%04x", one);
    else putchar(one);
  }
  putchar('"');
}

void put_number(const char *name, int64_t value) {
  put_name(name);
  printf("%lld", (long long)value);
}

void put_truth(const char *name, int value) {
  put_name(name);
  fputs(value ? "true" : "false", stdout);
}

void put_numbers(const char *name, const int64_t *values, long count) {
  put_name(name);
  for (long i = 0; i < count; i++) printf("%c%lld", i ? ',' : '[', (long long)values[i]);
  fputs(count ? "]" : "[]", stdout);
}

void put_end(void) {
  puts(members ? "}" : "{}");
  fflush(stdout);
}

void refuse(const char *what, const char *why) {
  members = 0;
  put_text("refused", what, strlen(what));
  put_text("why", why, strlen(why));
  put_end();
  exit(1);
}

void refuse_errno(const char *what) {
  refuse(what, strerror(errno));
}

/*
 * reclaim: MADV_PAGEOUT of one range. Pages are dirty, clean (written, paged out, read back), of a
 * file, or of a file and dirty. Anonymous pages need swap.
 */
#include "lab.h"

static char *of_file(const char *kind, long pages) {
  char name[128];
  size_t bytes = pages * page_bytes;
  char *page = malloc(page_bytes);
  memset(page, 1, page_bytes);
  snprintf(name, sizeof name, "%s/lab.%d", text_of("dir", "/tmp"), getpid());
  int file = open(name, O_RDWR | O_CREAT | O_TRUNC, 0600);
  unlink(name);
  for (long i = 0; i < pages; i++) {
    if (write(file, page, page_bytes) != page_bytes) perror("write");
  }
  fsync(file);
  char *memory = map_at(RANGES_AT, bytes, MAP_SHARED, file);
  if (!strcmp(kind, "filedirty")) touch(memory, bytes, page_bytes);
  return memory;
}

/* Every page has other content, so that compressed swap cannot take two for one. */
static char *anonymous(const char *kind, long pages) {
  size_t bytes = pages * page_bytes;
  char *memory = map_at(RANGES_AT, bytes, MAP_PRIVATE | MAP_ANONYMOUS, -1);
  for (size_t at = 0; at < bytes; at += 8) {
    *(uint64_t *)(memory + at) = (at >> 12) * 2654435761u + at;
  }
  if (!strcmp(kind, "clean")) madvise(memory, bytes, MADV_PAGEOUT);
  return memory;
}

void case_reclaim(void) {
  long pages = number_of("pages", 512);
  size_t bytes = pages * page_bytes;
  const char *kind = text_of("kind", "dirty");
  char *memory = strncmp(kind, "file", 4) ? anonymous(kind, pages) : of_file(kind, pages);
  volatile long sum = 0;
  for (size_t at = 0; at < bytes; at += page_bytes) sum += memory[at];
  helpers_start(number_of("T", 1), text_of("st", "spin"));
  helpers_poke();
  settle();
  long before = smaps_kib("Rss:");
  window_open();
  int failed = madvise(memory, bytes, MADV_PAGEOUT) ? errno : 0;
  window_close();
  long dropped = (before - smaps_kib("Rss:")) * 1024 / page_bytes;
  note(",\"ops\":1,\"err\":%d,\"rss_drop_pages\":%ld", failed, dropped);
  report(repetition);
  helpers_stop();
}

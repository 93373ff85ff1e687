/* munmap, mprotect, mremap and the advices: one call a range, ranges at equal distances. */
#include "lab.h"

#define MOVED_TO (RANGES_AT + (1UL << 43))
#define HAMMERED_AT (RANGES_AT - (1UL << 32))
#define HAMMERED_PAGES 256

struct ranges {
  long calls;
  size_t bytes;
  size_t stride;
  size_t spacing;
  size_t offset;
};

static struct ranges read_ranges(void) {
  struct ranges own;
  long pages = number_of("pages", 0);
  own.calls = number_of("n", 10);
  own.bytes = pages ? (size_t)(pages * page_bytes) : (size_t)number_of("kb", 2048) << 10;
  own.stride = (size_t)number_of("stride_kb", page_bytes >> 10) << 10;
  own.offset = number_of("off", 0) * page_bytes;
  size_t whole = (own.bytes + own.offset + TABLE_BYTES - 1) & ~(TABLE_BYTES - 1);
  own.spacing = whole + TABLE_BYTES * number_of("gap", 2);
  if (number_of("spgb", 0)) own.spacing = (size_t)number_of("spgb", 0) * GIB;
  return own;
}

static unsigned long start_of(const struct ranges *own, long call) {
  return RANGES_AT + call * own->spacing + own->offset;
}

/* With keep=1 the page behind each range stays mapped, with other rights so that it is apart. */
static void map_ranges(const struct ranges *own) {
  int file = -1, flags = MAP_PRIVATE | MAP_ANONYMOUS;
  if (is_text("kind", "anon", "shmem")) {
    file = memfd_create("lab", 0);
    flags = MAP_SHARED;
    if (ftruncate(file, own->bytes)) perror("ftruncate");
  }
  for (long i = 0; i < own->calls; i++) {
    unsigned long start = start_of(own, i);
    if (number_of("keep", 0)) {
      char *kept = map_at(start + own->bytes, page_bytes, MAP_PRIVATE | MAP_ANONYMOUS, -1);
      mprotect(kept, page_bytes, PROT_READ | PROT_WRITE | PROT_EXEC);
      kept[0] = 1;
    }
    touch(map_at(start, own->bytes, flags, file), own->bytes, own->stride);
  }
}

static void start_threads(void) {
  long hammers = number_of("gup", 0);
  if (hammers == 0) {
    helpers_start(number_of("T", 1), text_of("st", "spin"));
    return;
  }
  size_t bytes = HAMMERED_PAGES * page_bytes;
  char *memory = map_at(HAMMERED_AT, bytes, MAP_PRIVATE | MAP_ANONYMOUS, -1);
  touch(memory, bytes, page_bytes);
  hammers_start(hammers, memory, bytes);
}

static long move(const struct ranges *own, void *start, long call) {
  void *target = (void *)(MOVED_TO + number_of("dstoff", 0) * page_bytes + call * own->spacing);
  void *found = mremap(start, own->bytes, own->bytes, MREMAP_MAYMOVE | MREMAP_FIXED, target);
  return found == MAP_FAILED;
}

static long apply(const struct ranges *own, long call, int rights) {
  void *start = (void *)start_of(own, call);
  if (!strcmp(case_name, "munmap")) return munmap(start, own->bytes);
  if (!strcmp(case_name, "mprotect")) return mprotect(start, own->bytes, rights);
  if (!strcmp(case_name, "dontneed")) return madvise(start, own->bytes, MADV_DONTNEED);
  if (!strcmp(case_name, "madvfree")) return madvise(start, own->bytes, MADV_FREE);
  if (!strcmp(case_name, "cold")) return madvise(start, own->bytes, MADV_COLD);
  if (!strcmp(case_name, "pageout")) return madvise(start, own->bytes, MADV_PAGEOUT);
  return move(own, start, call);
}

void case_ranges(void) {
  struct ranges own = read_ranges();
  int opens = is_text("dir", "ro", "rw"), failed = 0;
  int rights = opens ? PROT_READ | PROT_WRITE : PROT_READ;
  long pokes = number_of("poke", 0);
  map_ranges(&own);
  start_threads();
  wander(number_of("mig", 0));
  helpers_poke();
  settle();
  if (number_of("poke2", 1)) helpers_poke();
  sleep_ms(number_of("settle2", 50));
  if (opens && !strcmp(case_name, "mprotect")) {
    for (long i = 0; i < own.calls; i++) mprotect((void *)start_of(&own, i), own.bytes, PROT_READ);
  }
  window_open();
  for (long i = 0; i < own.calls; i++) {
    if (apply(&own, i, rights)) failed = errno;
    if (pokes) helpers_poke();
  }
  window_close();
  note(",\"ops\":%ld,\"err\":%d", own.calls, failed);
  report(repetition);
  helpers_stop();
}

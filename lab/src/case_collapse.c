/* collapse: page tables become huge pages, by MADV_COLLAPSE or by khugepaged. */
#include "lab.h"

#define KHUGEPAGED "/sys/kernel/mm/transparent_hugepage/khugepaged/"
#define TABLE_KIB 2048
#define LONGEST_WAIT 400

static long huge_kib(void) {
  return smaps_kib(is_text("kind", "anon", "shmem") ? "ShmemPmdMapped:" : "AnonHugePages:");
}

/* The main thread waits 50 ms at a time, asleep or, with mspin=1, in a loop. */
static void wait_once(void) {
  volatile long busy = 0;
  if (!number_of("mspin", 0)) {
    sleep_ms(50);
    return;
  }
  int64_t end = now_us() + 50000;
  while (now_us() < end) {
    for (int i = 0; i < 20; i++) {
      busy++;
      PAUSE();
    }
  }
}

static void by_khugepaged(char *memory, size_t bytes) {
  long wanted = bytes >> 10, found = 0;
  write_file(KHUGEPAGED "pages_to_scan", text_of("scan", "8192"));
  write_file(KHUGEPAGED "scan_sleep_millisecs", text_of("scansleep", "20"));
  write_file(KHUGEPAGED "alloc_sleep_millisecs", "100");
  if (number_of("kpin", -1) >= 0) {
    pin_kernel_thread("khugepaged", number_of("kpin", 0));
    sleep_ms(100);
  }
  window_open();
  if (madvise(memory, bytes, MADV_HUGEPAGE)) perror("MADV_HUGEPAGE");
  for (int i = 0; i < LONGEST_WAIT && found < wanted; i++) {
    wait_once();
    found = huge_kib();
  }
  window_close();
  write_file(KHUGEPAGED "scan_sleep_millisecs", "10000");
  note(",\"ops\":%ld,\"want\":%ld", found / TABLE_KIB, wanted / TABLE_KIB);
}

static void by_madvise(char *memory, size_t bytes) {
  size_t chunk = (size_t)number_of("chunk_mb", 0) << 20;
  long calls = 0, before = hammer_calls();
  int failed = 0;
  if (!chunk) chunk = bytes;
  window_open();
  for (size_t at = 0; at < bytes; at += chunk, calls++) {
    if (madvise(memory + at, chunk, MADV_COLLAPSE)) failed = errno;
  }
  window_close();
  note(",\"ops\":%ld,\"want\":%ld", huge_kib() / TABLE_KIB, (long)(bytes >> 10) / TABLE_KIB);
  note(",\"err\":%d,\"calls\":%ld", failed, calls);
  if (number_of("gup", 0)) note(",\"gup_calls\":%ld", hammer_calls() - before);
}

void case_collapse(void) {
  size_t bytes = (size_t)number_of("mb", 64) << 20;
  int file = -1, flags = MAP_PRIVATE | MAP_ANONYMOUS;
  if (is_text("kind", "anon", "shmem")) {
    file = memfd_create("lab", 0);
    flags = MAP_SHARED;
    if (ftruncate(file, bytes)) perror("ftruncate");
  }
  char *memory = map_at(RANGES_AT, bytes, flags, file);
  touch(memory, bytes, page_bytes);
  if (number_of("gup", 0)) hammers_start(number_of("gup", 0), memory, bytes);
  else helpers_start(number_of("T", 1), text_of("st", "spin"));
  helpers_poke();
  settle();
  if (is_text("driver", "madvise", "khugepaged")) by_khugepaged(memory, bytes);
  else by_madvise(memory, bytes);
  report(repetition);
  helpers_stop();
}

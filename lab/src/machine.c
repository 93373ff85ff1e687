/* What PID 1 does around the plan: file systems, modules, quiet, swap, a description, the end. */
#include "lab.h"
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/swap.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>

#define THP "/sys/kernel/mm/transparent_hugepage/"
#define SWAP_MIB 256
#define ZRAM_MAJOR 252

static void mount_one(const char *type, const char *place) {
  mkdir(place, 0755);
  mount(type, place, type, 0, "");
}

/* The command line names the port for results: `labport=ttyS1` is in the environment of init. */
static void open_ports(void) {
  char path[64];
  const char *port = getenv("labport");
  int console = open("/dev/console", O_RDWR);
  for (int i = 0; console >= 0 && i < 3; i++) dup2(console, i);
  if (!port) return;
  snprintf(path, sizeof path, "/dev/%s", port);
  FILE *file = fopen(path, "w");
  if (!file) return;
  results = file;
  setvbuf(results, NULL, _IOFBF, 65536);
}

static void load_modules(void) {
  FILE *file = fopen("/modules.list", "r");
  char path[256];
  if (!file) return;
  while (fgets(path, sizeof path, file)) {
    path[strcspn(path, "\n")] = 0;
    int module = open(path, O_RDONLY);
    if (module < 0) continue;
    if (syscall(SYS_finit_module, module, "", 0)) {
      fprintf(results, "@@NOTE module %s: %s\n", path, strerror(errno));
    }
    close(module);
  }
  fclose(file);
}

/* A swap header of version 1, as mkswap writes it. */
static int write_swap_header(int device, uint64_t bytes) {
  char *page = calloc(1, page_bytes);
  uint32_t *header = (uint32_t *)(page + 1024);
  header[0] = 1;
  header[1] = bytes / page_bytes - 1;
  memcpy(page + page_bytes - 10, "SWAPSPACE2", 10);
  long written = pwrite(device, page, page_bytes, 0);
  free(page);
  return written == page_bytes;
}

static void swap_on_zram(void) {
  char size[32];
  if (access("/sys/block/zram0", F_OK)) return;
  for (int i = 0; i < 20 && access("/sys/block/zram0/disksize", W_OK); i++) sleep_ms(100);
  snprintf(size, sizeof size, "%dM", SWAP_MIB);
  if (write_file("/sys/block/zram0/disksize", size) < 0) return;
  mknod("/dev/zram0", S_IFBLK | 0600, makedev(ZRAM_MAJOR, 0));
  int device = open("/dev/zram0", O_RDWR);
  int ok = device >= 0 && write_swap_header(device, (uint64_t)SWAP_MIB << 20);
  fsync(device);
  close(device);
  if (ok && !swapon("/dev/zram0", 0)) fprintf(results, "@@NOTE swap on zram0\n");
  else fprintf(results, "@@NOTE no swap: %s\n", strerror(errno));
  write_file("/proc/sys/vm/page-cluster", "0");
}

void machine_quiet(void) {
  write_file(THP "enabled", "madvise");
  write_file(THP "defrag", "madvise");
  write_file(THP "shmem_enabled", "advise");
  write_file(THP "khugepaged/max_ptes_none", "511");
  write_file("/proc/sys/kernel/watchdog", "0");
  write_file("/proc/sys/kernel/numa_balancing", "0");
  write_file("/proc/sys/vm/stat_interval", "3600");
  write_file("/proc/sys/vm/compaction_proactiveness", "0");
  write_file("/proc/sys/vm/overcommit_memory", "1");
}

void machine_start(void) {
  mount_one("proc", "/proc");
  mount_one("sysfs", "/sys");
  mount_one("devtmpfs", "/dev");
  mount_one("tmpfs", "/tmp");
  mount_one("tracefs", "/sys/kernel/tracing");
  mount_one("debugfs", "/sys/kernel/debug");
  open_ports();
  load_modules();
  machine_quiet();
  swap_on_zram();
  sleep_ms(3000);
}

static void print_file(const char *path) {
  FILE *file = fopen(path, "r");
  char line[4096];
  if (!file) return;
  fprintf(results, "@@FILE %s\n", path);
  while (fgets(line, sizeof line, file)) fputs(line, results);
  fprintf(results, "@@ENDFILE\n");
  fclose(file);
}

void machine_describe(void) {
  print_file("/proc/version");
  print_file("/proc/cmdline");
  print_file("/proc/meminfo");
  print_file("/sys/kernel/debug/x86/tlb_single_page_flush_ceiling");
  print_file("/sys/devices/system/cpu/cpuidle/current_driver");
  print_file("/sys/devices/system/clocksource/clocksource0/current_clocksource");
}

void machine_off(void) {
  fprintf(results, "@@ALLDONE\n");
  fflush(results);
  fsync(fileno(results));
  sleep_ms(500);
  sync();
  reboot(RB_POWER_OFF);
  for (;;) pause();
}

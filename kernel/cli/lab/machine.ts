/** The emulated machines of the lab as command lines of QEMU. */
import { invalid } from "../../../lib/base/messages.ts";

/** Architectures of the lab, as boots are named. */
export type LabArch = "x86" | "arm64" | "ppc";

/**
 * `tcg`: one host thread for all CPUs; a CPU that spins hands its turn to the next, so that many
 * CPUs cost little. `tcg-threads`: one host thread each.
 */
export type Accelerator = "tcg" | "tcg-threads";

/** What is special about an architecture. */
interface Kind {
  readonly qemu: string;
  readonly machine: readonly string[];
  /** The most CPUs that the emulated interrupt controller and firmware take. */
  readonly maxCpus: number;
  /** Serial ports: the kernel's log, and results. */
  readonly ports: (log: string, results: string) => readonly string[];
  readonly append: string;
  /** Compilers to try, best first. */
  readonly compilers: readonly string[];
}

const kinds: Readonly<Record<LabArch, Kind>> = {
  x86: {
    qemu: "qemu-system-x86_64",
    machine: ["-M", "q35,hpet=off", "-cpu", "max,-rdrand,-rdseed"],
    maxCpus: 240,
    ports: (log, results) => ["-serial", `file:${log}`, "-serial", `file:${results}`],
    append: "console=ttyS0 labport=ttyS1 tsc=reliable nomce",
    compilers: ["x86_64-linux-gnu-gcc", "cc", "gcc"],
  },
  arm64: {
    qemu: "qemu-system-aarch64",
    machine: ["-M", "virt,gic-version=3", "-cpu", "max,sve=off,pauth=off"],
    maxCpus: 240,
    // The machine has one port: log and results share it, and the kernel is told to be quiet.
    ports: (_log, results) => ["-serial", `file:${results}`],
    append: "console=ttyAMA0 labport=ttyAMA0",
    compilers: ["aarch64-linux-gnu-gcc", "cc", "gcc"],
  },
  ppc: {
    qemu: "qemu-system-ppc64",
    machine: ["-M", "pseries,cap-htm=off", "-cpu", "power10"],
    maxCpus: 240,
    ports: (log, results) => [
      ...["-chardev", `file,id=c0,path=${escaped(log)}`],
      ...["-device", "spapr-vty,chardev=c0,reg=0x30000000"],
      ...["-chardev", `file,id=c1,path=${escaped(results)}`],
      ...["-device", "spapr-vty,chardev=c1,reg=0x30001000"],
    ],
    append: "console=hvc0 labport=hvc1",
    compilers: ["powerpc64le-linux-gnu-gcc", "cc", "gcc"],
  },
};

/** A comma ends a value in such options of QEMU, unless it is doubled. */
function escaped(path: string): string {
  return path.replaceAll(",", ",,");
}

/** The same on every machine: quiet, no watchdogs, huge pages where they are asked for. */
const commonAppend = [
  ...["panic=-1", "quiet", "loglevel=4", "nokaslr", "random.trust_cpu=off"],
  ...["random.trust_bootloader=on", "transparent_hugepage=madvise", "nowatchdog", "nosoftlockup"],
  ...["rcupdate.rcu_cpu_stall_suppress=1", "audit=0", "workqueue.power_efficient=1"],
].join(" ");

/** Everything that QEMU is told for one boot. */
export interface BootSettings {
  readonly arch: LabArch;
  readonly cpus: number;
  readonly memoryMib: number;
  readonly accelerator: Accelerator;
  readonly kernel: string;
  readonly initrd: string;
  readonly log: string;
  readonly results: string;
  /** Further words for the kernel's command line; may be empty. */
  readonly append: string;
}

/** QEMU for an architecture. */
export function qemuFor(arch: LabArch): string {
  return kinds[arch].qemu;
}

/** C compilers that can make the workload for an architecture. */
export function compilersFor(arch: LabArch): readonly string[] {
  return kinds[arch].compilers;
}

/** Arguments of QEMU. Throws SD001 for more CPUs than the machine takes. */
export function qemuArguments(settings: BootSettings): string[] {
  const { arch, cpus, memoryMib, accelerator, kernel, initrd, log, results, append } = settings;
  const kind = kinds[arch];
  if (cpus > kind.maxCpus) throw invalid("--cpus", cpus, `at most ${kind.maxCpus}`);
  const thread = accelerator === "tcg" ? "single" : "multi";
  return [
    ...kind.machine,
    ...["-accel", `tcg,thread=${thread}`],
    ...["-smp", `${cpus},sockets=1,cores=${cpus},threads=1`, "-m", `${memoryMib}M`, "-seed", "1"],
    ...["-nodefaults", "-display", "none", "-no-reboot", "-monitor", "none"],
    ...kind.ports(log, results),
    ...["-kernel", kernel, "-initrd", initrd],
    ...["-append", `${kind.append} ${commonAppend} ${append}`.trim()],
  ];
}

/** How the data name an accelerator. */
export function modeOf(accelerator: Accelerator): string {
  return accelerator === "tcg" ? "qemu-tcg round robin" : "qemu-tcg one thread per vCPU";
}

/** Memory for a machine where nobody says it: 2 GiB, 4 GiB above 16 CPUs, 6 GiB above 64. */
export function memoryFor(cpus: number): number {
  if (cpus <= 16) return 2048;
  return cpus <= 64 ? 4096 : 6144;
}

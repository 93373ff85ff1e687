/** Texts to measure parsers on, the same on every run: made by a small generator of its own. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";

const call = "callback=generic_smp_call_function_single_interrupt+0x0/0x10";

/** One round of a flush and a broadcast on 64 CPUs, as in ftrace. */
function round(index, task, head, sub) {
  const us = index * 40;
  const at = (offset) => `${2000 + Math.floor((us + offset) / 1e6)}.${pad((us + offset) % 1e6, 6)}`;
  const cpu = index % 64;
  const to = (index * 7 + 1) % 64;
  const mask = index % 2 === 0 ? "ffffffff,fffffffe" : "0000ffff,00ff00fe";
  const self = head(task(index), 1000 + (index % 300), cpu, "d..2.");
  const idle = head("<idle>", 0, to, "d.h1.");
  return [
    `${self}${at(0)}: ${sub.tlb}tlb_flush: pages:${index % 34} reason:remote IPI send (4)`,
    `${self}${at(1)}: ${sub.csd}csd_queue_cpu: cpu=${to} callsite=on_each_cpu_cond_mask+0x20/0x60 ` +
      `func=flush_tlb_func csd=00000000f38410${pad(to, 2)}`,
    `${self}${at(2)}: ${sub.ipi}ipi_send_cpu: cpu=${to} callsite=on_each_cpu_cond_mask+0x20/0x60 ${call}`,
    `${idle}${at(9)}: ${sub.vec}call_function_single_entry: vector=251`,
    `${idle}${at(10)}: ${sub.tlb}tlb_flush: pages:${index % 34} reason:remote shootdown (1)`,
    `${idle}${at(11)}: ${sub.vec}call_function_single_exit: vector=251`,
    `${self}${at(20)}: ${sub.ipi}ipi_send_cpumask: cpumask=${mask} callsite=smp_call_function+0x28/0x60 ${call}`,
  ].join("\n");
}

const pad = (value, digits) => String(value).padStart(digits, "0");
const task = (index) => ["qemu-system-x86", "kworker/u130:2", "node", "worker a"][index % 4];

const shapes = {
  ftrace: {
    head: (comm, pid, cpu, flags) =>
      `${comm.padStart(16)}-${String(pid).padEnd(7)} [${pad(cpu, 3)}] ${flags}  `,
    sub: { tlb: "", csd: "", ipi: "", vec: "" },
  },
  perf: {
    head: (comm, pid, cpu) => `${comm.padStart(16)} ${String(pid).padStart(5)} [${pad(cpu, 3)}]  `,
    sub: { tlb: "tlb:", csd: "csd:", ipi: "ipi:", vec: "irq_vectors:" },
  },
};

/** A piece of about `bytes` of a trace: whole rounds, from round `first` on. */
export function tracePiece(shape, bytes, first = 0) {
  const { head, sub } = shapes[shape];
  const parts = [];
  let length = 0;
  for (let index = first; length < bytes; index++) {
    const text = round(index, task, head, sub);
    parts.push(text);
    length += text.length + 1;
  }
  return { text: `${parts.join("\n")}\n`, rounds: parts.length };
}

/** /proc/interrupts of 1,152 CPUs and 1,056 rows, 13 MB: devices that are idle, busy counters. */
export function interruptsText(cpus = 1152, rows = 1056) {
  const numbers = Array.from({ length: cpus }, (_, cpu) => cpu);
  const lines = [`${" ".repeat(11)}${numbers.map((cpu) => `CPU${cpu}`.padEnd(11)).join("")}`];
  for (let row = 0; row < rows; row++) {
    const busy = row % 50 === 0;
    const count = (cpu) => (busy ? 800_000 + ((cpu * 7919 + row * 31) % 100_000) : 0);
    const cells = numbers.map((cpu) => String(count(cpu)).padStart(10));
    lines.push(
      `${String(row).padStart(4)}: ${cells.join(" ")}  IR-PCI-MSI ${row}-edge      nvme0q${row}`,
    );
  }
  return `${lines.join("\n")}\n`;
}

/** The path of a text, which is written when it is not there yet. */
export function textFile(folder, name, make) {
  mkdirSync(folder, { recursive: true });
  const path = `${folder}/${name}`;
  if (!existsSync(path)) writeFileSync(path, make());
  return path;
}

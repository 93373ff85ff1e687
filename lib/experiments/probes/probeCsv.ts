/** Repetitions of a probe in the format of the lab's data.csv. */

import { csvLine, labColumns } from "../../observed/labText.ts";
import type { ColumnTable } from "../../tables/frame.ts";
import { columnValues } from "../../tables/frame.ts";
import type { Provenance } from "./provenance.ts";
import type { Repetition } from "./window.ts";

/** Rows that are kept: what CPUs send each other. */
const ROWS: Readonly<Record<string, string>> = {
  CAL: "Function call interrupts",
  TLB: "TLB shootdowns",
  RES: "Rescheduling interrupts",
  IPI0: "Rescheduling interrupts",
  IPI1: "Function call interrupts",
};

const ARCH: Readonly<Record<string, string>> = { x64: "x86_64", arm64: "arm64", ppc64: "ppc64le" };

/** The header and one line for each repetition and row. */
export function labLines(provenance: Provenance, repetitions: readonly Repetition[]): string {
  const { kernel, cpus, priority, probe, params } = provenance;
  const release = /^\d+\.\d+/.exec(kernel)?.[0] ?? kernel;
  const mode = provenance.hypervisor === "" ? "native" : `native (${provenance.hypervisor} guest)`;
  const boot = `host-${release}-${cpus}-${priority === "fifo" ? "fifo" : "nice"}`;
  const arch = ARCH[process.arch] ?? process.arch;
  const head = [boot, mode, arch, kernel, cpus, probe, params];
  const lines = repetitions.flatMap((one, rep) => {
    const times = [Math.round(one.operationNs / 1000), Math.round(one.idleNs / 1000)];
    return Object.entries(ROWS).flatMap(([row, description]) => {
      const [counts, idle] = [countsOf(one.interrupts, row), countsOf(one.background, row)];
      if (counts.length === 0) return [];
      const extra = row === "CAL" || row === "IPI1" ? `{"err":${one.failed}}` : "";
      return [
        [
          ...[...head, rep + 1, rep, "", ...times, one.faults ?? ""],
          ...[row, description, sum(counts), sum(idle)],
          ...[JSON.stringify(counts), JSON.stringify(idle), extra],
        ],
      ];
    });
  });
  return `${[csvLine(labColumns), ...lines.map(csvLine)].join("\n")}\n`;
}

function countsOf(table: ColumnTable, row: string): number[] {
  const [irq, count] = [columnValues(table, "irq"), columnValues(table, "count")];
  return irq.flatMap((name, i) => (name === row ? [Number(count[i])] : []));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

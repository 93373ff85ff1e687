/** `lscpu -p` and `-e`: one line a CPU, columns named in the header. */

/** Columns by name; a CPU without a value has -1. */
export interface CpuColumns {
  /** Names as printed, `CPU` first; the header may have empty ones. */
  readonly names: readonly string[];
  readonly cpu: number[];
  /** `Core`, `Socket`, `Node`, `L2` … → one number a CPU. */
  readonly columns: Readonly<Record<string, number[]>>;
}

/** The columns that a header line names: `# CPU,Core,Socket,Node,,L1d,L1i,L2,L3`. */
export function columnHeader(line: string): CpuColumns | undefined {
  if (!/^# ?CPU,/i.test(line) || line.length > 400) return undefined;
  const names = line.replace(/^# ?/, "").split(",");
  const used = names.slice(1).filter((name) => name !== "");
  return { names, cpu: [], columns: Object.fromEntries(used.map((name) => [name, []])) };
}

/** Adds the line `0,0,0,0,,0,0,0,0`; a line `,,,` (of lscpu without a topology) adds nothing. */
export function cpuRow(table: CpuColumns, line: string): "row" | "no CPU" | "other" {
  if (line.length > 400 || !/^(\d{1,7}|-)?(,(\d{1,7}|-|\d{1,7}(:\d{1,7})+|[YN])?)*$/.test(line)) {
    return "other";
  }
  const fields = line.split(",");
  if (fields.length !== table.names.length) return "other";
  const cpu = fields[0]!;
  if (!/^\d+$/.test(cpu)) return "no CPU";
  table.cpu.push(Number(cpu));
  table.names.forEach((name, index) => {
    const field = fields[index]!;
    if (index > 0 && name !== "")
      table.columns[name]!.push(/^\d+$/.test(field) ? Number(field) : -1);
  });
  return "row";
}

/** One line of the lab's `data.csv`: the columns of its run, and one interrupt row of that run. */
import { malformed } from "../base/messages.ts";
import { LabFields } from "./labFields.ts";

const RUN_COLUMNS = [
  ...["boot", "mode", "arch", "kernel", "cpus", "case", "params", "run", "rep"],
  ...["ops", "op_us", "base_us", "minflt"],
] as const;

const ROW_COLUMNS = [
  ...["row", "desc", "delta", "base_delta", "percpu_delta", "percpu_base", "extra"],
] as const;

/** The counts of one interrupt row in one run. */
export interface LabRow {
  /** The row's text in `/proc/interrupts`: `Function call interrupts`. */
  readonly description: string;
  /** Interrupts during the operation, all CPUs together. */
  readonly delta: number;
  /** Interrupts while the machine idled for the same time afterwards. */
  readonly baseDelta: number;
  /** `delta` by CPU, or undefined where the file keeps totals only (timer rows). */
  readonly perCpu: readonly number[] | undefined;
  /** `baseDelta` by CPU, or undefined where the file keeps totals only. */
  readonly basePerCpu: readonly number[] | undefined;
}

/** What all lines of one run share. */
export interface LabRunColumns {
  /** Name of the boot: `x86-6.12-8-main`. See {@link parseBootName}. */
  readonly boot: string;
  /** How the machine was run: `qemu-tcg round robin`. */
  readonly mode: string;
  /** As `uname -m`: `x86_64`, `arm64`, `ppc64le`. */
  readonly arch: string;
  /** Full release: `6.12.117+deb12-cloud-amd64`. */
  readonly kernel: string;
  /** Online CPUs. */
  readonly cpus: number;
  /** The operation: `collapse`, `munmap`, …. */
  readonly caseName: string;
  /** Its parameters: `{ mb: "64", T: "1" }`. */
  readonly params: Readonly<Record<string, string>>;
  /** Its parameters as written: `mb=64 T=1`. */
  readonly paramsText: string;
  /** Number of the run within the boot, from 1. */
  readonly run: number;
  /** Number of the repetition of this case, from 0. */
  readonly rep: number;
  /** Operations done (tables collapsed, calls made), undefined where the case counts none. */
  readonly ops: number | undefined;
  /** Length of the operation in nanoseconds; without meaning on emulated machines. */
  readonly opNs: number;
  /** Length of the idle time after it in nanoseconds. */
  readonly baseNs: number;
  /** Minor faults of the initiator during the operation, undefined in older boots. */
  readonly minflt: number | undefined;
}

/** One parsed line. */
export interface LabLine {
  /** Equal for two lines exactly when all columns of their runs are. */
  readonly runKey: string;
  readonly columns: LabRunColumns;
  readonly rowName: string;
  readonly row: LabRow;
  /** Results of the case, such as `{ err: 0, calls: 1 }`; only one row of a run carries them. */
  readonly extra: Readonly<Record<string, number>>;
}

/**
 * Finds the columns by the names in the header line and returns a reader of the lines below it.
 * Both throw SD006: for a missing column, for a line with more or fewer fields, and for a field of
 * another form.
 */
export function labLineReader(names: readonly string[]): (fields: readonly string[]) => LabLine {
  const header = names.map((name) => name.replace(/^\uFEFF/, ""));
  for (const name of [...RUN_COLUMNS, ...ROW_COLUMNS]) {
    if (!header.includes(name)) throw malformed("header", header.join(","), `a column ${name}`);
  }
  return (fields) => {
    if (fields.length !== header.length) {
      throw malformed("line", `${fields.length} fields`, `${header.length} fields`);
    }
    return readLine(new LabFields(header, fields));
  };
}

function readLine(fields: LabFields): LabLine {
  const cpus = fields.cpus("cpus");
  const delta = fields.integer("delta");
  const baseDelta = fields.integer("base_delta");
  return {
    runKey: RUN_COLUMNS.map((name) => fields.text(name)).join("\n"),
    columns: readRunColumns(fields, cpus),
    rowName: fields.text("row"),
    row: {
      description: fields.text("desc"),
      delta,
      baseDelta,
      perCpu: fields.vector("percpu_delta", cpus, delta),
      basePerCpu: fields.vector("percpu_base", cpus, baseDelta),
    },
    extra: fields.numbers("extra"),
  };
}

function readRunColumns(fields: LabFields, cpus: number): LabRunColumns {
  return {
    boot: fields.text("boot"),
    mode: fields.text("mode"),
    arch: fields.text("arch"),
    kernel: fields.text("kernel"),
    cpus,
    caseName: fields.text("case"),
    params: readParams(fields.text("params")),
    paramsText: fields.text("params"),
    run: fields.integer("run"),
    rep: fields.integer("rep"),
    ops: fields.optionalInteger("ops"),
    opNs: fields.integer("op_us") * 1000,
    baseNs: fields.integer("base_us") * 1000,
    minflt: fields.optionalInteger("minflt"),
  };
}

/** `mb=64 T=1` as a record; `fromEntries` keeps a key such as `__proto__` an ordinary one. */
function readParams(text: string): Record<string, string> {
  const words = text.split(" ").filter((word) => word !== "");
  return Object.fromEntries(
    words.map((word) => {
      const equals = word.indexOf("=");
      return equals === -1 ? [word, ""] : [word.slice(0, equals), word.slice(equals + 1)];
    }),
  );
}

/** What a machine says about itself, and what others report about theirs, as tables. */
import { type Hints, parseCmdline, parseConfig } from "../observed/hints.ts";
import { type LscpuData, parseLscpu } from "../observed/lscpu.ts";
import {
  type AggregateReport,
  type LkpReport,
  parseAggregate,
  parseLkp,
  parseWprof,
  type WprofReport,
} from "../observed/reports.ts";
import { parseRtla, type RtlaData } from "../observed/rtla.ts";
import { parseSysfs, readSysfs, type SysfsTopology } from "../observed/sysfs.ts";
import { type ColumnTable, toTable } from "../tables/frame.ts";

/** Readers of lscpu's output in any form: text, JSON, columns. SD006 for other text. */
export const lscpu: {
  readonly parse: (text: string) => LscpuData;
} = { parse: parseLscpu };

/** Readers of the topology in `/sys/devices/system`. */
export const sysfs: {
  /** Lines `PATH:VALUE`, as `grep -r . /sys/devices/system/{cpu,node}` prints them; SD006. */
  readonly parse: (text: string) => SysfsTopology;
  /** A folder with `cpu` and `node`, by default that of this machine; SD006 or SD011. */
  readonly read: (folder?: string) => SysfsTopology;
} = { parse: parseSysfs, read: readSysfs };

/** Readers of boot command lines and kernel configurations. */
export const hints: {
  /** `/proc/cmdline`. */
  readonly cmdline: (text: string) => Hints;
  /** `/boot/config-*` or a part of it. */
  readonly config: (text: string) => Hints;
  /** setting, value, meaning. */
  readonly table: (hints: Hints) => ColumnTable;
} = {
  cmdline: parseCmdline,
  config: parseConfig,
  table: ({ hints }) =>
    toTable("hints", {
      setting: hints.map(({ name }) => name),
      value: hints.map(({ value }) => value),
      meaning: hints.map(({ meaning }) => meaning),
    }),
};

/** Readers of `rtla osnoise` and `rtla timerlat`; SD006 for other text. */
export const rtla: {
  readonly parse: (text: string) => RtlaData;
  /** cpu, figure, bucket_ns (null for figures that are no bucket), value. */
  readonly table: (data: RtlaData) => ColumnTable;
} = {
  parse: parseRtla,
  table: ({ cpu, what, bucket, value, unit }) =>
    toTable("rtla", {
      cpu,
      figure: what,
      bucket_ns: bucket.map((lo) => (lo < 0 ? null : lo * (unit === "us" ? 1000 : 1))),
      value,
    }),
};

/** Readers of small reports about interrupts. */
export const reports: {
  /** Comparisons of the kernel test robot. */
  readonly lkp: (text: string) => LkpReport;
  /** Lines of a trace counted with `uniq -c`. */
  readonly aggregate: (text: string) => AggregateReport;
  /** NDJSON of wprof. */
  readonly wprof: (text: string) => WprofReport;
} = { lkp: parseLkp, aggregate: parseAggregate, wprof: parseWprof };

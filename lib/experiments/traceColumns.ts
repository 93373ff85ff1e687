/** The events of a trace as the columns of a table. */

import { reasonName } from "../observed/trace/reasons.ts";
import { noPages } from "../observed/trace/records.ts";
import { targetsOf } from "../observed/trace/sends.ts";
import type { TraceData } from "../observed/trace/traceReader.ts";

/** One value an event for each column of the schema `traceEvents`; null where there is none. */
export function eventColumns(data: TraceData): Record<string, ArrayLike<unknown>> {
  const { columns, names, eventNames } = data;
  const byRecord = recordCells(data);
  const cells = (name: keyof RecordCells): unknown[] =>
    Array.from(columns.record, (record) => byRecord[name][record]);
  return {
    ts_ns: columns.tsNs,
    cpu: columns.cpu,
    task: Array.from(columns.task, (task) => names.name(task)),
    pid: columns.pid,
    event: Array.from(columns.event, (event) => eventNames[event]),
    target: cells("target"),
    targets: cells("targets"),
    func: cells("func"),
    callsite: cells("callsite"),
    reason: cells("reason"),
    pages: cells("pages"),
    event_ns: cells("duration"),
  };
}

interface RecordCells {
  readonly target: (number | null)[];
  readonly targets: number[];
  readonly func: (string | null)[];
  readonly callsite: (string | null)[];
  readonly reason: (string | null)[];
  readonly pages: (number | null)[];
  readonly duration: (number | null)[];
}

/** The cells of each different record, so that equal ones are the same value. */
function recordCells(data: TraceData): RecordCells {
  const { records, names } = data;
  const out: RecordCells = {
    target: [],
    targets: [],
    func: [],
    callsite: [],
    reason: [],
    pages: [],
    duration: [],
  };
  for (let record = 0; record < records.size; record++) {
    const cpus = targetsOf(data, record);
    out.target.push(cpus.length === 1 ? cpus[0]! : null);
    out.targets.push(cpus.length);
    out.func.push(names.name(records.func(record)) || null);
    out.callsite.push(names.name(records.site(record)) || null);
    out.reason.push(records.reason(record) < 0 ? null : reasonName(records.reason(record)));
    out.duration.push(records.durationNs(record) < 0 ? null : records.durationNs(record));
    out.pages.push(records.pages(record) === noPages ? null : records.pages(record));
  }
  return out;
}

/** The rows of a validation's tables, as plain objects: for the text and for programs. */
import type { ArchKind } from "../machine/arch.ts";
import { archKinds } from "../machine/arch.ts";
import type { Agreement, AgreementRow, RowKind, Validation } from "./validate.ts";
import { agreementOf, BOUNDS, countBy, statisticsOf } from "./validate.ts";

/** One line of a table. */
export type Line = Readonly<Record<string, unknown>>;

/** Rows of one kind: calls or flushes. */
export function ofKind(rows: readonly AgreementRow[], kind: RowKind): readonly AgreementRow[] {
  return rows.filter((one) => one.kind === kind);
}

/** How many runs the rows stand for: every covered run has its call row. */
export function countRuns(rows: readonly AgreementRow[]): number {
  return ofKind(rows, "call").length;
}

/** Agreement in total: by architecture on emulated machines, by priority on the lab's own. */
export function totalLines({ rows, native }: Validation): readonly Line[] {
  const lines = archKinds.flatMap((arch) => archLines(rows, arch));
  const open = ofKind(rows, "call").filter((row) => row.open !== null);
  const fifo = native.filter((row) => row.boot.includes("fifo"));
  const nice = native.filter((row) => row.boot.includes("nice"));
  return [
    ...lines,
    totalLine("open call rows", statisticsOf(open, "difference"), "none, see below"),
    totalLine(
      "native FIFO TLB",
      agreementOf(fifo, "flush"),
      `exact >= ${BOUNDS.fifoTlbExactPct} %`,
    ),
    totalLine("native FIFO CAL", agreementOf(fifo, "call"), "none"),
    totalLine("native nice TLB", agreementOf(nice, "flush"), "none, see below"),
    totalLine("native nice CAL", agreementOf(nice, "call"), "none, see below"),
  ].filter(({ runs }) => runs !== 0);
}

/** The flush row and the call row of one architecture. */
function archLines(rows: readonly AgreementRow[], arch: ArchKind): Line[] {
  const own = rows.filter((row) => row.arch === arch);
  const name = callRowName(own);
  const median = BOUNDS.callMedian[arch];
  const bound = `med ${median === 0 ? "0" : `<= ${median}`}, p95 <= ${BOUNDS.callP95}`;
  const below = `below <= ${BOUNDS.callBelowPct} %`;
  return [
    totalLine(`${arch} TLB`, agreementOf(own, "flush"), `exact >= ${BOUNDS.tlbExactPct} %`),
    totalLine(`${arch} ${name}`, agreementOf(own, "call"), below),
    totalLine(`${arch} ${name} net`, agreementOf(own, "call", "net"), bound),
  ];
}

/** `CAL`, `IPI1` or `line 16`. */
function callRowName(rows: readonly AgreementRow[]): string {
  const name = ofKind(rows, "call")[0]?.row ?? "";
  return name === "16" ? "line 16" : name;
}

function totalLine(what: string, one: Agreement, bound: string): Line {
  const { runs, exact, median, p95, min, max, below } = one;
  return {
    what,
    runs,
    exact,
    exact_pct: one.exactPct,
    median,
    p95,
    min,
    max,
    below,
    by_cpu: one.vectorsExact,
    bound,
  };
}

/** Agreement by boot: every architecture, release and policy on its own. */
export function bootLines({ rows, native }: Validation): readonly Line[] {
  return groups([...rows, ...native], (row) => row.boot).map(([boot, own]) => {
    const tlb = agreementOf(own, "flush");
    const calls = agreementOf(own, "call");
    return {
      boot,
      tlb_runs: tlb.runs === 0 ? null : tlb.runs,
      tlb_exact: tlb.runs === 0 ? null : tlb.exact,
      call_runs: calls.runs,
      call_exact: calls.exact,
      call_med: calls.median,
      call_p95: calls.p95,
      net_p95: agreementOf(own, "call", "net").p95,
    };
  });
}

/** Architectures with something to compare. */
function archesOf(rows: readonly AgreementRow[]): readonly ArchKind[] {
  return archKinds.filter((arch) => rows.some((row) => row.arch === arch));
}

/** Agreement by case and architecture; null where an architecture has nothing to compare. */
export function caseLines(rows: readonly AgreementRow[]): readonly Line[] {
  const arches = archesOf(rows);
  return groups(rows, (row) => row.case).map(([name, own]) => {
    const tlb = agreementOf(own, "flush");
    return {
      case: name,
      tlb_runs: tlb.runs === 0 ? null : tlb.runs,
      tlb_exact: tlb.runs === 0 ? null : tlb.exact,
      ...Object.assign({}, ...arches.map((arch) => caseColumns(own, arch))),
    };
  });
}

function caseColumns(rows: readonly AgreementRow[], arch: ArchKind): Line {
  const calls = agreementOf(
    rows.filter((row) => row.arch === arch),
    "call",
  );
  const some = calls.runs > 0;
  const name = SHORT[arch];
  return {
    [`${name}_runs`]: some ? calls.runs : null,
    [`${name}_exact`]: some ? calls.exact : null,
    [`${name}_med`]: some ? calls.median : null,
    [`${name}_p95`]: some ? calls.p95 : null,
  };
}

const SHORT: Readonly<Record<ArchKind, string>> = { x86: "x86", arm64: "arm", powerpc: "ppc" };

/** The same by parameters; `tlb_off` counts TLB rows that are not exact. */
export function parameterLines(rows: readonly AgreementRow[]): readonly Line[] {
  const arches = archesOf(rows);
  return groups(rows, (row) => `${row.case} ${row.params}`).map(([name, own]) => {
    const tlb = agreementOf(own, "flush");
    return {
      case: name,
      runs: countRuns(own),
      tlb_off: tlb.runs === 0 ? null : tlb.runs - tlb.exact,
      ...Object.assign({}, ...arches.map((arch) => parameterColumns(own, arch))),
    };
  });
}

function parameterColumns(rows: readonly AgreementRow[], arch: ArchKind): Line {
  const all = caseColumns(rows, arch);
  const name = SHORT[arch];
  return { [`${name}_med`]: all[`${name}_med`], [`${name}_p95`]: all[`${name}_p95`] };
}

/** Call rows that no bound holds for, by reason. */
export function openLines(rows: readonly AgreementRow[]): readonly (Agreement & {
  readonly reason: string;
})[] {
  const open = ofKind(rows, "call").filter((row) => row.open !== null);
  return groups(open, (row) => row.open!).map(([reason, own]) => ({
    reason,
    ...statisticsOf(own, "difference"),
  }));
}

/** Reasons why runs are not covered, most frequent first, each with the parameter sets. */
export function uncoveredLines({ uncovered, uncoveredRuns }: Validation): readonly {
  readonly reason: string;
  readonly runs: number;
  readonly sets: Readonly<Record<string, number>>;
}[] {
  const reasons = Object.entries(uncovered).sort(([, left], [, right]) => right - left);
  return reasons.map(([reason, runs]) => {
    const own = uncoveredRuns.filter((run) => run.reason === reason);
    return { reason, runs, sets: countBy(own.map((run) => `${run.case} ${run.params}`)) };
  });
}

/** Rows by a name, in the order of the names. */
export function groups(
  rows: readonly AgreementRow[],
  nameOf: (row: AgreementRow) => string,
): [name: string, rows: AgreementRow[]][] {
  const found = new Map<string, AgreementRow[]>();
  for (const row of rows) {
    const own = found.get(nameOf(row));
    if (own === undefined) found.set(nameOf(row), [row]);
    else own.push(row);
  }
  return [...found].sort(([left], [right]) => (left < right ? -1 : 1));
}

/** A validation as plain data for programs. */
import { archKinds } from "../machine/arch.ts";
import type { Agreement, AgreementRow, Validation } from "./validate.ts";
import { agreementOf, missedBounds, statisticsOf } from "./validate.ts";
import type { Line } from "./validateTables.ts";
import { countRuns, groups, ofKind, openLines } from "./validateTables.ts";

/** The plain data behind a report; `rows` carries every covered run. */
export function validationJson(validation: Validation): Line {
  const { rows, native } = validation;
  const missed = missedBounds(validation);
  return {
    ok: missed.length === 0,
    missed,
    runs: validation.runs,
    emulated: validation.emulated,
    covered: countRuns(rows) + countRuns(native),
    uncovered: validation.uncovered,
    uncoveredRuns: validation.uncoveredRuns,
    totals: totalsOf(rows),
    open: openLines(rows),
    native: {
      fifo: totalsOf(native.filter((row) => row.boot.includes("fifo"))),
      nice: totalsOf(native.filter((row) => row.boot.includes("nice"))),
    },
    cases: archKinds.flatMap((arch) => casesOf(rows.filter((row) => row.arch === arch))),
    rows: [...rows, ...native],
  };
}

function totalsOf(rows: readonly AgreementRow[]): Readonly<Record<string, Agreement>> {
  const open = rows.filter((row) => row.open !== null);
  return {
    tlb: agreementOf(rows, "flush"),
    ...Object.fromEntries(
      archKinds.flatMap((arch) => {
        const own = rows.filter((row) => row.arch === arch);
        if (own.length === 0 && arch !== "x86") return [];
        const name = { x86: "cal", arm64: "ipi1", powerpc: "line16" }[arch];
        return [
          [name, agreementOf(own, "call")],
          [`${name}_net`, agreementOf(own, "call", "net")],
        ];
      }),
    ),
    open: statisticsOf(ofKind(open, "call"), "difference"),
  };
}

/** The rows of one architecture by parameter set; call rows that are open are included. */
function casesOf(rows: readonly AgreementRow[]): Line[] {
  return groups(rows, (row) => `${row.case} ${row.params}`).map(([, own]) => {
    const { arch, case: name, params } = own[0]!;
    const tlb = agreementOf(own, "flush");
    const calls = ofKind(own, "call");
    return {
      arch,
      case: name,
      params,
      runs: calls.length,
      tlb_exact: tlb.runs === 0 ? null : tlb.exact,
      call_exact: statisticsOf(calls, "difference").exact,
      call_median: statisticsOf(calls, "difference").median,
      call_p95: statisticsOf(calls, "difference").p95,
      call_net_p95: statisticsOf(calls, "net").p95,
      open: calls[0]?.open ?? null,
    };
  });
}

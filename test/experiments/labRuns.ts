/** Runs of the lab that nobody measured: parameters as given, counts zero. */
import type { LabCase } from "../../lib/experiments/lab/labCase.ts";
import { labCase } from "../../lib/experiments/lab/labCase.ts";
import { parseBootName } from "../../lib/observed/bootName.ts";
import type { LabRun } from "../../lib/observed/labRun.ts";

/** A run on 8 CPUs unless the name of the boot says otherwise. */
export function labRun(caseName: string, paramsText: string, boot = "x86-7.2-8-main"): LabRun {
  const words = paramsText.split(" ").filter((word) => word !== "");
  return {
    boot,
    mode: "qemu-tcg round robin",
    arch: "x86_64",
    kernel: "7.2.13",
    cpus: parseBootName(boot).cpus,
    caseName,
    params: Object.fromEntries(words.map((word) => word.split("=") as [string, string])),
    paramsText,
    run: 1,
    rep: 0,
    ops: undefined,
    opNs: 0,
    baseNs: 0,
    minflt: undefined,
    rows: {},
    extra: {},
  };
}

/** What a run stands for, of which the calls reported `ops` as done. */
export function caseOf(caseName: string, paramsText: string, boot?: string, ops?: number): LabCase {
  const run = { ...labRun(caseName, paramsText, boot), ops };
  return labCase(run, parseBootName(run.boot));
}

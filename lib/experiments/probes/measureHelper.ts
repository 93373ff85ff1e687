/** Repetitions of an operation that the helper does, each in a process of its own. */
import { refused } from "../../base/messages.ts";
import type { HelperCase } from "./case.ts";
import { compiledHelper } from "./helper/compile.ts";
import { runHelper } from "./helper/run.ts";
import type { MeasuredRepetitions, Setting } from "./measureCalls.ts";
import { mayUseFifo } from "./options.ts";
import { withHugePages } from "./system/hugePages.ts";
import type { Repetition } from "./window.ts";

/** Throws SD011 without a compiler, for what the helper refuses, and without huge pages. */
export async function measureHelper(
  kind: HelperCase,
  { wanted, used, tracing }: Setting,
): Promise<MeasuredRepetitions> {
  const program = await compiledHelper();
  const repetitions: Repetition[] = [];
  let fifo = mayUseFifo(kind, wanted);
  const { siblings } = wanted;
  await withHugePages(kind.hugePages(wanted), async () => {
    for (let i = 0; i <= wanted.repetitions; i++) {
      const switchFile = tracing?.switchFile;
      const setting = { cpus: used, siblings, fifo, switchFile };
      const found = await runHelper(program, [kind.name, ...kind.args(wanted)], setting);
      if (fifo && !found.fifo) {
        if (wanted.priority === "fifo") throw refused("priority", "fifo", "needs privileges");
        fifo = false;
      }
      if (i > 0) repetitions.push(found.repetition);
      else tracing?.clear();
    }
  });
  return { repetitions, fifo };
}

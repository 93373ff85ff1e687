/** GUP-fast without a kernel module: a shared futex finds its page by it, a private one not. */
import { gupFastHammer } from "../../workloads/gupFastHammer.ts";
import type { CallCase } from "./case.ts";
import { abi, BASE, type Libc, mapAt } from "./libc.ts";
import { PAGE } from "./sizes.ts";

/** The probe. */
export const gupFastCase: CallCase = {
  name: "gupFast",
  says: () =>
    "wake nobody through a shared futex, which looks its page up by GUP-fast, and as often " +
    "through a private one, which does not; the difference is the price of the walk",
  sizes: ["calls"],
  defaults: { calls: 20_000 },
  threads: 1,
  workload: (_process, { calls }) => gupFastHammer({ threads: 1, calls, gapNs: 0 }),
  labName: "futex",
  params: ({ calls }) => `n=${calls}`,
  prepare: (libc, { calls }) => {
    mapAt(libc, BASE, PAGE);
    wake(libc, abi.futexWake, calls);
    wake(libc, abi.futexWakePrivate, calls);
  },
  operate: (libc, { calls }) => wake(libc, abi.futexWake, calls),
  contrast: (libc, { calls }) => void wake(libc, abi.futexWakePrivate, calls),
  cleanUp: (libc) => void libc.munmap(BASE, PAGE),
  starves: false,
  prefersPriority: true,
};

function wake(libc: Libc, how: number, calls: number): number {
  let failed = 0;
  for (let i = 0; i < calls; i++) if (libc.futex(BASE, how) !== 0) failed++;
  return failed;
}

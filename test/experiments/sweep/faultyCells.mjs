/**
 * What the threads of a test run instead of simulations: the seed says how a cell ends. From 2,000
 * on it goes into the shared columns, by the module that `SHARED_COLUMNS` names, and into a log.
 */
import { appendFileSync } from "node:fs";

const ends = {
  101: () => process.exit(3),
  102: () => {
    for (;;);
  },
  103: () => {
    const all = [];
    for (;;) all.push(new Array(1e5).fill(Math.sqrt(all.length)));
  },
  104: () => {
    throw new Error("the thread itself is broken");
  },
};

export default async function computeCells({ cells, places, columns, begun }) {
  const { SHARED_COLUMNS, SHARED_LOG } = process.env;
  const shared = SHARED_COLUMNS && new (await import(SHARED_COLUMNS)).SharedColumns(columns);
  return cells.map(({ key, seed }, i) => {
    Atomics.store(begun, 0, i + 1);
    ends[seed]?.();
    const until = performance.now() + (seed % 10);
    while (performance.now() < until);
    if (seed < 2_000) return [`{"key":"${key}","row":{"ipis":${seed}}}`, 1];
    appendFileSync(SHARED_LOG, `${seed}\n`);
    const row = Object.fromEntries(
      process.env.SHARED_MEASURES.split(",").map((name) => [name, null]),
    );
    shared.write(places[i], { ...row, ipis: seed, result_digest: "00000000000000ff" }, 1);
    return [null, 1];
  });
}

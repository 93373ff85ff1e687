/** What the threads of a test run instead of simulations: the seed says how a cell ends. */
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

export default function computeCells({ cells, begun }) {
  Atomics.store(begun, 0, 1);
  return cells.map(({ key, seed }) => {
    ends[seed]?.();
    const until = performance.now() + (seed % 10);
    while (performance.now() < until);
    return [`{"key":"${key}","row":{"ipis":${seed}}}`, 1];
  });
}

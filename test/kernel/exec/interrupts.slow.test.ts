/** Random interrupts at random moments: the process lives, its variables are intact. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { RandomStream } from "../../../lib/base/random.ts";
import { Cells, shownIn } from "./cells.ts";
import { endless, interruption, scene } from "./endless.ts";

const rounds = 300;
const bodies = [
  "for (;;);",
  "for (;;) await sleep(3)",
  "await sleep(2); for (;;);",
  "for (;;) await null",
  `/^(a+)+$/.test("a".repeat(40) + "b")`,
  "await new Promise(() => {})",
  "for (;;) { try { await sleep(5) } catch {} }",
  "for (;;) try { for (;;); } catch {}",
  "setInterval(() => { for (;;); }, 3); setTimeout(() => { for (;;); }, 3); await sleep(1e5)",
  "setImmediate(() => { for (;;); }); await sleep(1e5)",
  "process.nextTick(() => { for (;;); }); await sleep(1e5)",
  "queueMicrotask(() => { for (;;); }); await sleep(1e5)",
  `for (let i = 0; ; i++) console.log("line", i)`,
  "for (;;) Array.from({ length: 1e5 }, (_, i) => -i).sort()",
  `for (;;) await import("node:fs")`,
  "await Promise.all(Array.from({ length: 1000 }, () => sleep(1e5)))",
  "setInterval(() => console.log(1), 1); for (;;) await sleep(1)",
  "for (;;) structuredClone({ a: [1, 2, 3] })",
  "new Promise((r) => setTimeout(r, 3)).then(() => { for (;;); }); await sleep(1e5)",
];

let cells: Cells;

beforeAll(async () => {
  cells = await Cells.start("interrupts-slow");
  await cells.run(scene);
});

afterAll(async () => {
  await cells.close();
});

it(`${rounds} random interrupts`, async () => {
  const random = RandomStream.of(1, "interrupts");
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const magic = random.below(2) === 0 ? "" : "//% no-tick\n";
    const body = bodies[random.below(bodies.length)]!;
    const code = `${magic}console.log("go");\n${body}`;
    const ran = await cells.run(code, { interruptAfterMs: random.below(60) });
    expect([code, shownIn(ran)]).toEqual([code, "Interrupted: the cell was interrupted"]);
    times.push(ran.endedAfterMs);
    const question = cells.ask({ kind: "complete", code: "kept.", cursor: 5 });
    expect([code, shownIn(await cells.run("kept"))]).toEqual([code, "41"]);
    expect((await question).kind).toBe("complete_reply");
  }
  tell("any kind", times);
}, 600_000);

it.each(Object.entries(endless))(
  `${rounds} interrupts of %s`,
  async (name, body) => {
    const random = RandomStream.of(2, name);
    const times: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const interruptAfterMs = random.below(60);
      const ran = await cells.run(`console.log("go");\n${body}`, { interruptAfterMs });
      expect(shownIn(ran)).toMatch(interruption);
      times.push(ran.endedAfterMs);
      expect(shownIn(await cells.run("kept"))).toBe("41");
    }
    // Beside other work, a few wait for a processor.
    expect(tell(name, times)).toBeLessThan(500);
  },
  900_000,
);

/** Prints the times and returns what nine of ten stay below. */
function tell(name: string, times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b);
  const [median, most, longest] = [0.5, 0.9, 1].map((share) => {
    return sorted[Math.ceil(share * sorted.length) - 1]!;
  });
  const texts = [median, most, longest].map((ms) => `${ms!.toFixed(0)} ms`);
  console.info(
    `interrupts of ${name}: median ${texts[0]}, 90 % in ${texts[1]}, all in ${texts[2]}`,
  );
  return most!;
}

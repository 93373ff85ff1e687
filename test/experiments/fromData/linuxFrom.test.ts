import { expect, test } from "vitest";
import { linuxFrom } from "../../../lib/index.ts";

test("a release of the model needs no note", () => {
  const { linux, notes } = linuxFrom({ release: "6.18.44-fc-v669" });
  expect(linux).toMatchObject({ release: "6.18", preemptRt: false });
  expect(notes).toEqual([]);
});

test.each([
  ["6.14.0-generic", "6.16"],
  ["6.13.1", "6.12"],
  ["5.15.0", "6.1"],
  ["6.19-rc3", "6.18"],
  ["7.0.1", "7.2"],
  ["8.4.0", "7.3"],
])("%s is nearest to %s, and a note says so", (release, known) => {
  const { linux, notes } = linuxFrom({ release });
  expect(linux.release).toBe(known);
  expect(notes.join()).toContain(`is not in the model: ${known}`);
});

test("command line and configuration", () => {
  const found = linuxFrom({
    release: "6.12.5-rt4",
    cmdline: "isolcpus=managed_irq,2-3 idle=poll clearcpuid=invlpgb nopv",
    config: "CONFIG_PREEMPT_RT=y\n# CONFIG_TRANSPARENT_HUGEPAGE is not set\n",
  });
  expect(found.linux.preemptRt).toBe(true);
  expect(found.machine).toEqual({ isolated: [2, 3], idle: "polling" });
  expect(found).toMatchObject({ invlpgb: false, pvFlush: false });
  expect(found.notes.join()).toContain("nothing can collapse");
  expect(linuxFrom({ release: "7.2" })).toMatchObject({ invlpgb: undefined, pvFlush: undefined });
});

test("what is no release is refused", () => {
  expect(() => linuxFrom({ release: "mainline" })).toThrow(/^SD006.*uname -r/);
  expect(() => linuxFrom({} as never)).toThrow(/^SD003/);
});

import { describe, expect, test } from "vitest";
import type { PowerpcOptions } from "../../../lib/machine/arch.ts";
import { powerpc } from "../../../lib/machine/arch.ts";
import type { Environment } from "../../../lib/mm/environment.ts";
import { flushCollapsed, flushTlbRange } from "../../../lib/mm/powerpc/flushTlbRange.ts";
import { exitFlushLazyTlbs } from "../../../lib/mm/powerpc/trimMask.ts";
import { environment } from "../environments.ts";
import type { Users } from "../runPath.ts";
import { calls, runPath } from "../runPath.ts";

function envOf(options: PowerpcOptions = {}, release = "7.2"): Environment {
  return environment({ arch: powerpc(options), release });
}

const radix = envOf();
const hash = envOf({ mmu: "hash" });
const kept = { freed: false } as const;

/** tlbie instructions of a flush, and the interrupts it sends. */
function flush(
  env: Environment,
  pages: number,
  users: Users,
  options: { readonly freed: boolean; readonly fullMm?: boolean } = kept,
): { readonly tlbie: number; readonly calls: readonly number[] } {
  const result = runPath(env, flushTlbRange(env, options), { pages }, users);
  return { tlbie: result.tallies.broadcast_flushes ?? 0, calls: calls(result) };
}

const two = { cpus: 4, running: [0, 1] } as const;

describe("radix: how many tlbie", () => {
  test.for([
    [1, 1],
    [33, 33],
    [34, 1],
    [512, 1],
    [-1, 1],
  ] as const)("%i pages that another CPU may hold: %i", ([pages, count]) => {
    expect(flush(radix, pages, two)).toEqual({ tlbie: count, calls: [0, 0, 0, 0] });
  });

  test("one more for the page-walk cache when tables go, unless all goes at once", () => {
    expect(flush(radix, 33, two, { freed: true }).tlbie).toBe(34);
    expect(flush(radix, 34, two, { freed: true }).tlbie).toBe(1);
  });

  test("none when only this CPU has run the address space", () => {
    for (const pages of [1, 33, 256, 257, -1]) {
      expect(flush(radix, pages, { cpus: 4 })).toEqual({ tlbie: 0, calls: [0, 0, 0, 0] });
    }
  });

  test("a local flush goes page by page up to 256", () => {
    const timeOf = (pages: number): number => {
      const path = flushTlbRange(radix, kept);
      const { startNs, endNs } = runPath(radix, path, { pages }, { cpus: 2 });
      return endNs - startNs;
    };
    expect(timeOf(256)).toBeGreaterThan(timeOf(257));
    expect(timeOf(257)).toBe(timeOf(-1));
  });
});

describe("radix: who is interrupted", () => {
  const walked = { cpus: 8, lazy: [1, 2, 3], times: 3 } as const;

  test("one thread that has been elsewhere trims its mask, once", () => {
    expect(flush(radix, 1, walked)).toEqual({ tlbie: 0, calls: [0, 1, 1, 1, 0, 0, 0, 0] });
  });

  test("a process of two threads leaves its mask as it is", () => {
    expect(flush(radix, 1, { ...walked, threads: 2 })).toEqual({
      tlbie: 3,
      calls: [0, 0, 0, 0, 0, 0, 0, 0],
    });
  });

  test("every 1,073rd flush of a CPU trims all the same; who runs it stays", () => {
    const many = { cpus: 8, running: [0, 1], lazy: [2, 3] };
    expect(flush(radix, 1, { ...many, times: 1072 }).calls).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
    expect(flush(radix, 1, { ...many, times: 1073 })).toEqual({
      tlbie: 1072,
      calls: [0, 1, 1, 1, 0, 0, 0, 0],
    });
    expect(flush(radix, 1, { ...many, times: 2146 }).calls).toEqual([0, 2, 1, 1, 0, 0, 0, 0]);
  });

  test("once only the thread's own CPU is left, flushes are local and tick no clock", () => {
    const gone = { cpus: 4, running: [0], lazy: [1], threads: 2, times: 3000 };
    expect(flush(radix, 1, gone)).toEqual({ tlbie: 1072, calls: [0, 1, 0, 0] });
  });

  test("a flush by a CPU that does not run it, of one that nobody runs, ends with no CPU left", () => {
    const idle = { cpus: 4, running: [], lazy: [1, 2], on: 3, threads: 1, times: 1100 };
    expect(flush(radix, 1, idle)).toEqual({ tlbie: 1072, calls: [0, 1, 1, 0] });
  });

  test("the last flush of a process is a tlbie and trims nothing", () => {
    const all = { freed: true, fullMm: true } as const;
    expect(flush(radix, -1, { ...walked, times: 1 }, all)).toEqual({
      tlbie: 1,
      calls: [0, 0, 0, 0, 0, 0, 0, 0],
    });
  });

  test("exit_flush_lazy_tlbs() empties the mask, but for CPUs that run the address space", () => {
    const users = { cpus: 8, running: [0, 1], lazy: [2, 3], times: 2 };
    const result = runPath(radix, exitFlushLazyTlbs(radix), {}, users);
    expect(calls(result)).toEqual([0, 2, 1, 1, 0, 0, 0, 0]);
  });
});

describe("collapse of a table", () => {
  const users = { cpus: 8, running: [0, 1], lazy: [2, 3] } as const;

  test("radix flushes the whole address space and waits for no lookup", () => {
    const result = runPath(radix, flushCollapsed(radix), { pages: 512 }, users);
    expect(calls(result)).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
    expect(result.tallies.broadcast_flushes).toBe(1);
  });

  test("with pages of 64 KiB radix flushes the 32 of the table, and what is cached of it", () => {
    const large = envOf({ pageBytes: 65_536 });
    const result = runPath(large, flushCollapsed(large), { pages: 32 }, users);
    expect(result.tallies.broadcast_flushes).toBe(33);
  });

  test("hash interrupts the whole mask to wait for lookups, then flushes each entry", () => {
    const result = runPath(hash, flushCollapsed(hash), { pages: 512 }, users);
    expect(calls(result)).toEqual([0, 1, 1, 1, 0, 0, 0, 0]);
    expect(result.tallies.broadcast_flushes).toBe(512);
  });
});

describe("hash", () => {
  test("a CPU that has left stays in the mask: every flush is a tlbie, and none an interrupt", () => {
    const users = { cpus: 4, lazy: [1, 2], times: 5 };
    expect(flush(hash, 3, users)).toEqual({ tlbie: 15, calls: [0, 0, 0, 0] });
    expect(flush(hash, -1, users).tlbie).toBe(5);
  });

  test("an address space of one CPU is flushed there", () => {
    expect(flush(hash, 3, { cpus: 4 }).tlbie).toBe(0);
  });
});

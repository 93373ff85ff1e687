import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import * as sd from "../../lib/index.ts";
import { fakeKernel, fakeTslab, noScreens, type Shown } from "./fakeHost.ts";

beforeEach(noScreens);

afterEach(() => {
  noScreens();
  vi.restoreAllMocks();
});

describe.each([
  ["this kernel", fakeKernel],
  ["stock tslab", fakeTslab],
])("in %s", (_, start) => {
  it("values show as a last value does", async () => {
    const shown: Shown[] = start();
    await sd.show(1, undefined, sd.table([{ a: "<b>" }]));
    expect(shown).toHaveLength(2);
    expect(shown[0]).toMatchObject({ data: { "text/plain": "1" }, update: false });
    expect(shown[1]!.data["text/html"]).toContain("&#60;b&#62;");
  });

  it("a handle shows once, then updates the same place", async () => {
    const shown: Shown[] = start();
    const [first, second] = [sd.display.handle(), sd.display.handle()];
    await first.show("a");
    await second.show("b");
    await first.show("c");
    expect(shown.map(({ update }) => update)).toEqual([false, false, true]);
    expect(shown[0]!.id).toBe(shown[2]!.id);
    expect(shown[0]!.id).not.toBe(shown[1]!.id);
  });

  it("charts come as specification, picture and text", async () => {
    const shown: Shown[] = start();
    await sd.show(
      sd.chart.lines(
        sd.table([
          { x: 1, y: 2 },
          { x: 2, y: 3 },
        ]),
        { x: "x", y: "y" },
      ),
    );
    expect(Object.keys(shown[0]!.data)).toEqual([
      "application/vnd.vegalite.v5+json",
      "image/png",
      "text/plain",
    ]);
  });
});

it("in a plain process, text is printed", async () => {
  const write = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  const picture = { [Symbol.for("Jupyter.display")]: () => ({ "image/png": "AA==" }) };
  await sd.show("text", { a: 1 }, picture);
  await sd.display.handle().show(5);
  sd.display.clear();
  const printed = write.mock.calls.map(([text]) => text).join("");
  expect(printed).toBe("text\n{ a: 1 }\n<image/png>\n5\n");
});

it("a value that cannot be shown rejects", async () => {
  const broken = { [Symbol.for("Jupyter.display")]: () => 5 };
  await expect(sd.show(broken)).rejects.toThrow("expected a MIME bundle");
});

describe("the running cell", () => {
  it("has the signal of the kernel, or one that never aborts", () => {
    expect(sd.cell.signal.aborted).toBe(false);
    fakeKernel(AbortSignal.abort("stop"));
    expect(sd.cell.signal.aborted).toBe(true);
  });

  it("asks through the kernel; without one and without a terminal it is an error", async () => {
    fakeKernel();
    expect(await sd.input("name?")).toBe("answer to name?");
    noScreens();
    const { isTTY } = process.stdin;
    process.stdin.isTTY = false;
    await expect(sd.input("name?")).rejects.toThrow("SD013: input: nobody can be asked here");
    process.stdin.isTTY = isTTY;
  });

  it("ends long computations of the library with its reason", async () => {
    fakeKernel(AbortSignal.abort(new Error("stop")));
    const scene = {
      machine: sd.machine({ arch: sd.x86(), sockets: 1, coresPerSocket: 8 }),
      linux: sd.linux(),
      backend: sd.backend.native(),
      workload: sd.workload.collapse({ bytes: sd.GiB(20) }),
      seed: 1,
    };
    expect(() => sd.simulate(scene)).toThrow("stop");
    const { linux } = scene;
    const question = sd.question({ scenario: sd.scenario.collapseVsGupFast(), linux });
    await expect(sd.check(question)).rejects.toThrow("stop");
  });
});

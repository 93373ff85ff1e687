/** The bars: ratios between measurements of one run, and limits. */
import { fullSearches, kernels, sizes } from "./measurements.mjs";

/** Limits of wall time beside another kernel; what has none is told without a verdict. */
const kernelLimits = { tslab: { first: 1, cell: 1.5 }, ipykernel: { first: 1 }, deno: {} };

/**
 * One bar: `group` for --only, what is compared, the measurements it needs, how its figure follows
 * from their medians, and the limit (`atMost` or `atLeast`) with its unit; a bar without limit is
 * told only.
 */
export const bars = [
  ...sizes.map((cpus) => ({
    group: "limit",
    what: `time of an event, wheel / C++ wheel, ${cpus} CPUs`,
    needs: [`wheel ${cpus}`, `cppWheel ${cpus}`],
    figure: (of) => eventNs(of, "wheel", cpus) / eventNs(of, "cppWheel", cpus),
    atMost: 2.2,
  })),
  {
    group: "flat",
    what: `time of an event, slowest / fastest of ${sizes.join(", ")} CPUs`,
    needs: sizes.map((cpus) => `wheel ${cpus}`),
    figure: (of) => {
      const times = sizes.map((cpus) => eventNs(of, "wheel", cpus));
      return Math.max(...times) / Math.min(...times);
    },
    atMost: 1.3,
  },
  ...faster("priority-queue", "cppHeap", { 64: 1, 512: 1, 4096: 1 }),
  ...faster("object-heap", "objectHeap", { 8: 1.5, 4096: 4 }),
  ...faster("simpy", "simPy", { 8: 30, 64: 30, 512: 30, 4096: 30 }),
  ...faster("systemc", "systemC", { 8: 1.4, 64: 1.4, 512: 3, 4096: 3 }),
  ...sizes.map((cpus) => lazyBar("model", cpus)),
  ...sizes.map((cpus) => lazyBar("hammer", cpus)),
  {
    group: "step",
    what: "time of an interpreted step / of an event, mean of 8, 64, 512, 4096 CPUs",
    needs: sizes.flatMap((cpus) => [`step ${cpus}`, `wheel ${cpus}`]),
    figure: (of) => {
      const ratios = sizes.map(
        (cpus) => of(`step ${cpus}`, "ns", "steps") / eventNs(of, "wheel", cpus),
      );
      return Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
    },
    atMost: 1.4,
  },
  {
    group: "interested",
    what: "time of a round over 63 walkers, 4096 / 64 CPUs",
    needs: ["interested 64", "interested 4096"],
    figure: (of) => of("interested 4096", "ns") / of("interested 64", "ns"),
    atMost: 1.3,
  },
  ...["engine", "public"].flatMap((way) => [
    {
      group: "collapse",
      what: `20 GiB, 4096 CPUs, 41,932,800 interrupts, ${way}: CPU seconds`,
      needs: [`collapse ${way}`],
      figure: (of) => of(`collapse ${way}`, "ns") / 1e9,
      atMost: 0.5,
    },
    {
      group: "collapse",
      what: `20 GiB, 4096 CPUs, ${way}: MB that the process grows`,
      needs: [`collapse ${way}`],
      figure: (of) => of(`collapse ${way}`, "bytes") / 1e6,
      atMost: 200,
    },
  ]),
  ...fullSearches.map(([model, walkers]) => ({
    group: "explorer",
    what: `states a second without reductions, explorer / SPIN, ${model}, ${walkers} walkers`,
    needs: [`explorer ${model} ${walkers} full`, `spin ${model} ${walkers}`],
    equal: [`explorer ${model} ${walkers} full`, `spin ${model} ${walkers}`],
    figure: (of) =>
      of(`spin ${model} ${walkers}`, "ns") / of(`explorer ${model} ${walkers} full`, "ns"),
    atLeast: 0.8,
  })),
  ...["text", "packed"].map((form) => ({
    group: "explorer",
    what: `states a second, explorer / a set of strings, ${form}, x86-tso, 3 walkers`,
    needs: ["explorer x86-tso 3 full", `strings x86-tso 3 ${form}`],
    equal: ["explorer x86-tso 3 full", `strings x86-tso 3 ${form}`],
    figure: (of) => of(`strings x86-tso 3 ${form}`, "ns") / of("explorer x86-tso 3 full", "ns"),
    // The bar is for states that are text; the set of packed ones is a hard peer, told beside it.
    ...(form === "text" ? { atLeast: 3 } : {}),
  })),
  {
    group: "explorer",
    what: "bytes of a state with parent and index, x86-tso, 4 walkers",
    needs: ["explorer x86-tso 4 full"],
    figure: (of) => of("explorer x86-tso 4 full", "bytes", "states"),
    atMost: 40,
  },
  {
    group: "explorer",
    what: "states, without / with reductions, x86-tso, 4 walkers",
    needs: ["explorer x86-tso 4 full", "explorer x86-tso 4 reduced"],
    figure: (of) =>
      of("explorer x86-tso 4 full", "states") / of("explorer x86-tso 4 reduced", "states"),
    atLeast: 100,
  },
  {
    group: "sweep",
    what: "cells of 50 ms and more a second, two threads / one",
    needs: ["sweep 1 workers", "sweep 2 workers"],
    figure: (of) => of("sweep 1 workers", "ns") / of("sweep 2 workers", "ns"),
    atLeast: 1.8,
  },
  {
    group: "sweep",
    what: "CPU time of the coordinator, percent of all",
    needs: ["sweep coordinator"],
    figure: (of) => 100 * of("sweep coordinator", "ns", "allNs"),
    atMost: 2,
  },
  {
    group: "sweep",
    what: "seconds from 100,000 stored rows to a table, CPU time",
    needs: ["sweep open"],
    figure: (of) => of("sweep open", "ns") / 1e9,
    atMost: 1,
  },
  {
    group: "sweep",
    what: "seconds from the signal to the end of a sweep",
    needs: ["sweep stop"],
    figure: (of) => of("sweep stop", "ns") / 1e9,
    atMost: 1,
  },
  {
    group: "sweep",
    what: "seconds of the standard sweep, 54 cells up to 4,096 CPUs, empty store",
    needs: ["sweep standard"],
    figure: (of) => of("sweep standard", "ns") / 1e9,
    atMost: 60,
  },
  {
    group: "sweep",
    what: "seconds of the standard sweep from the full store",
    needs: ["sweep standard"],
    figure: (of) => of("sweep standard", "fullNs") / 1e9,
    atMost: 2,
  },
  ...Object.entries({ 4: 0.3, 5: 1 }).map(([walkers, atMost]) => ({
    group: "explorer",
    what: `seconds to the verdict with process start, x86-tso, ${walkers} walkers`,
    needs: [`explorer x86-tso ${walkers} reduced`],
    figure: (of) => of(`explorer x86-tso ${walkers} reduced`, "sinceStartNs") / 1e9,
    atMost,
  })),
  ...["ftrace", "perf"].flatMap(observedBars),
  {
    group: "observed",
    what: "/proc/interrupts of 1,152 CPUs, 13 MB: CPU ms",
    needs: ["parse interrupts"],
    figure: (of) => of("parse interrupts", "ns") / 1e6,
    atMost: 20,
  },
  {
    group: "observed",
    what: "a stream of 1 GiB: heap in use, MiB",
    needs: ["stream counts"],
    figure: (of) => of("stream counts", "heapMiB"),
    atMost: 256,
  },
  ...kernels.slice(1).flatMap(kernelBars),
  {
    group: "kernel",
    what: "a completion: ms",
    needs: ["shootdown session"],
    figure: (of) => of("shootdown session", "completionNs") / 1e6,
    atMost: 30,
  },
];

/** Sessions of our kernel and of another one: a start to the first result, a trivial cell. */
function kernelBars(peer) {
  const ratio = (what, field, atMost) => ({
    group: "kernel",
    what: `${what}, ours / ${peer}`,
    needs: ["shootdown session", `${peer} session`],
    figure: (of) => of("shootdown session", field) / of(`${peer} session`, field),
    atMost,
  });
  const { first, cell } = kernelLimits[peer];
  return [
    ratio("process start to first result", "firstNs", first),
    ratio("CPU time of that", "firstCpuNs"),
    ratio("a trivial cell", "cellNs", cell),
  ];
}

function faster(group, peer, least) {
  return Object.entries(least).map(([cpus, atLeast]) => ({
    group,
    what: `events a second, wheel / ${peer}, ${cpus} CPUs`,
    needs: [`wheel ${cpus}`, `${peer} ${cpus}`],
    figure: (of) => eventNs(of, peer, cpus) / eventNs(of, "wheel", cpus),
    atLeast,
  }));
}

function lazyBar(kind, cpus) {
  const [lazy, eager] = [`${kind} lazy ${cpus}`, `${kind} eager ${cpus}`];
  return {
    group: "lazy",
    what: `speed, lazy / eager engine, same result, ${kind}, ${cpus} CPUs`,
    needs: [lazy, eager],
    equal: [lazy, eager],
    figure: (of) => of(eager, "ns") / of(lazy, "ns"),
    atLeast: 5,
  };
}

function eventNs(of, program, cpus) {
  return of(`${program} ${cpus}`, "ns", "events");
}

/** A trace as text: megabytes a second, and beside readline with a regexp, and beside C. */
function observedBars(shape) {
  const ns = (of, program) => of(program, "ns", "bytes");
  const parsers = { counts: `parse ${shape}`, "every event kept": `parse ${shape} columns` };
  const [scanner, turns] = [`scan ${shape}`, `beside ${shape}`];
  const beside = (kept, what, peer, limit) => ({
    group: "observed",
    what: `${shape} text, ${kept}: time of ${what} and a regexp / of the parser`,
    needs: [turns],
    figure: (of) => of(turns, peer, kept === "counts" ? "counts" : "columns"),
    ...limit,
  });
  return [
    ...Object.entries(parsers).map(([kept, parser]) => ({
      group: "observed",
      what: `${shape} text, ${kept}: MB a second`,
      needs: [parser],
      figure: (of) => 1e3 / ns(of, parser),
      atLeast: 300,
    })),
    ...Object.keys(parsers).flatMap((kept) => [
      // The peer counts and keeps nothing: the bar is on the parser that does the same.
      beside(kept, "readline", "loop", kept === "counts" ? { atLeast: 4 } : {}),
      beside(kept, "readline's events", "lines", {}),
    ]),
    {
      group: "observed",
      what: `${shape} text: time of the parser / of a scanner in C`,
      needs: [parsers.counts, scanner],
      equal: [parsers.counts, scanner],
      figure: (of) => ns(of, parsers.counts) / ns(of, scanner),
      atMost: 8,
    },
  ];
}

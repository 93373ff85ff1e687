/** The bars: ratios between measurements of one run, and limits. */
import { sizes } from "./measurements.mjs";

/**
 * One bar: `group` for --only, what is compared, the measurements it needs, how its figure follows
 * from their medians, and the limit (`atMost` or `atLeast`) with its unit.
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
];

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

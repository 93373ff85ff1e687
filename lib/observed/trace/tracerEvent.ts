/**
 * Lines of the tracers osnoise and timerlat in ftrace text. They have the head of an event, but
 * name none: `#1 context irq timer_latency 932 ns`, and for osnoise the columns runtime and noise
 * in us, available CPU, and counts (kernel/trace/trace_osnoise.c, trace_output.c).
 */

/** Names that such lines get. */
export const tracerEvents = { timerlat: "timer_latency", osnoise: "osnoise" } as const;

/** The event of a line, as graph.ts writes calls; undefined for other lines. */
export function tracerEvent(text: string): { event: string; args: string } | undefined {
  const timer = /^#\d{1,15}\s+context\s+([\w-]{1,16})\s+timer_latency\s+(\d{1,15}) ns/.exec(text);
  if (timer !== null) {
    return { event: tracerEvents.timerlat, args: `${timer[1]} duration ${timer[2]} ns` };
  }
  const noise = /^\d{1,15}\s+(\d{1,15})\s+\d{1,3}\.\d{1,6}\s+\d{1,15}\s/.exec(text);
  if (noise === null) return undefined;
  return { event: tracerEvents.osnoise, args: `noise duration ${Number(noise[1]) * 1000} ns` };
}

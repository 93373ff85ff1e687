/** The first state of a system. */
import { THREAD } from "./fields.ts";
import type { ExplorerState } from "./state.ts";
import { fillAll, setRoot } from "./translations.ts";

/** Sets every variable, thread and allowance to what it is at the start. */
export function writeInitial(s: ExplorerState): void {
  const { spec, code, threads } = s.system;
  const number = (value: number): number => code.dictionary.numberOf(value);
  spec.variables.forEach(({ initial, scope }, i) => {
    const owners = { cpu: 0, mm: spec.mms, table: spec.tables, global: 1 }[scope];
    if (!s.system.uses.variables.has(i)) return;
    const first = s.fields.variables[i]!;
    if (first >= 0) for (let k = 0; k < owners; k++) s.set(first + k, number(initial));
    for (const { variables } of s.fields.lanes) {
      if (variables[i]! >= 0) s.set(variables[i]!, number(initial));
    }
  });
  for (const { variable, owner = 0, value } of spec.initial) {
    const { number: index } = code.variable(variable);
    if (!s.system.uses.variables.has(index)) continue;
    if (typeof value === "number") s.set(s.fields.variables[index]! + owner, number(value));
    else {
      const note = s.fields.notes.variables[index]! + owner;
      for (const lane of value) s.set(s.fields.note(note, lane), 1);
    }
  }
  spec.lanes.forEach((lane, i) => {
    const fields = s.fields.lanes[i]!;
    for (const [name, value] of Object.entries(lane.initial ?? {})) {
      const { number: index } = code.variable(name);
      if (s.system.uses.variables.has(index)) s.set(fields.variables[index]!, number(value));
    }
    if (lane.root !== undefined) {
      setRoot(s, i, number(lane.root.mm), lane.root.global === true ? "global" : "kept");
      if (lane.root.hasRun === true) fillAll(s, i);
    }
    s.set(fields.preemptionsLeft, lane.preemptions ?? 0);
    if (lane.nmi !== undefined) s.set(fields.nmiLeft, 1);
    const routine = code.routines[threads[i]!];
    if (routine === undefined) return;
    const frame = fields.frames[THREAD]!;
    s.jump(frame, routine.start);
    routine.params.forEach(({ slot }, k) => {
      const name = lane.thread!.params[k]!;
      s.set(frame.values + slot, number(lane.args?.[name] ?? 0));
    });
  });
}

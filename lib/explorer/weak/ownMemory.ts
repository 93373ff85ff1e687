/**
 * Variables that no other CPU ever reads or writes, as registers of a window: its loads find the
 * newest store before them in the program, done or not, and neither is an item.
 */
import type { Instruction } from "../instruction.ts";
import * as op from "../opcodes.ts";
import type { ExplorerState } from "../state.ts";
import type { Registers } from "./knowledge.ts";
import { SURE, UNKNOWN } from "./knowledge.ts";

/** One store of the way so far. */
class OwnStore {
  space = 0;
  owner = 0;
  /** How much is known of the owner, and of the value. */
  place: number = UNKNOWN;
  value = 0;
  state: number = UNKNOWN;
}

/** The stores of a way to what is the CPU's own. */
export class OwnMemory {
  /** How many there are: set back where a way forks. */
  count = 0;
  private readonly s: ExplorerState;
  private readonly r: Registers;
  private readonly stores: OwnStore[] = [];

  constructor(s: ExplorerState, r: Registers) {
    this.s = s;
    this.r = r;
  }

  /** Passes a load or a store; returns how much is known of its place. */
  pass(instruction: Instruction): number {
    const { place, into, left, opcode } = instruction;
    const { r } = this;
    const owner = place!.ownerIsCpu ? r.cpu(place!.owner) : r.value(place!.owner);
    const known = place!.ownerIsCpu ? r.stateOfCpu(place!.owner) : r.stateOfValue(place!.owner);
    const field = known === UNKNOWN ? -1 : this.fieldOf(place!.variable, place!.ownerIsCpu, owner);
    const state = field < 0 ? UNKNOWN : known;
    if (opcode === op.LOAD) this.load(into, field, { space: place!.variable, owner, place: state });
    else {
      this.stores[this.count] ??= new OwnStore();
      const store = this.stores[this.count++]!;
      store.space = place!.variable;
      store.owner = owner;
      store.place = state;
      store.value = r.value(left);
      store.state = r.stateOfValue(left);
    }
    return state;
  }

  private load(
    into: number,
    field: number,
    { space, owner, place }: Pick<OwnStore, "space" | "owner" | "place">,
  ): void {
    let state = place;
    for (let i = this.count - 1; i >= 0 && state !== UNKNOWN; i--) {
      const store = this.stores[i]!;
      if (store.space !== space) continue;
      state = store.place === SURE ? state : Math.min(state, store.place);
      if (store.place === UNKNOWN || store.owner !== owner) continue;
      this.r.setValue(into, store.value, Math.min(state, store.state));
      return;
    }
    const { values } = this.s.system.code.dictionary;
    this.r.setValue(into, state === UNKNOWN ? 0 : values[this.s.get(field)]!, state);
  }

  /** −1 where a way that was guessed wrongly names a place that does not exist. */
  private fieldOf(space: number, ownerIsCpu: boolean, owner: number): number {
    const { fields, system, lanes } = this.s;
    const { scope } = system.spec.variables[space]!;
    const owners = { cpu: lanes, mm: system.spec.mms, table: system.spec.tables, global: 1 }[scope];
    if (owner < 0 || owner >= owners) return -1;
    return ownerIsCpu ? fields.lanes[owner]!.variables[space]! : fields.variables[space]! + owner;
  }
}

/** Slots and mask registers of one frame, numbered in order of first use. Slot 0 is `self`. */
export class FrameNames {
  private readonly slots = new Map<string, number>([["self", 0]]);
  private readonly masks = new Map<string, number>([["online", 0]]);
  private readonly constants = new Map<number, number>();

  /** Slots in use, constants included. */
  get slotCount(): number {
    return this.slots.size;
  }

  /** Mask registers in use. */
  get maskCount(): number {
    return this.masks.size;
  }

  /** The slot of a register. */
  register(name: string): number {
    return numbered(this.slots, name);
  }

  /** The slot that holds a constant; no register can have its name. */
  constant(value: number): number {
    const slot = numbered(this.slots, `constant ${value}`);
    this.constants.set(slot, value);
    return slot;
  }

  /** The number of a mask register; `online` is 0. */
  mask(name: string): number {
    return numbered(this.masks, name);
  }

  /** Slots that hold constants, and their values. */
  constantTable(): { slots: Int32Array; values: Float64Array } {
    return {
      slots: Int32Array.from(this.constants.keys()),
      values: Float64Array.from(this.constants.values()),
    };
  }
}

function numbered(names: Map<string, number>, name: string): number {
  const known = names.get(name);
  if (known !== undefined) return known;
  names.set(name, names.size);
  return names.size - 1;
}

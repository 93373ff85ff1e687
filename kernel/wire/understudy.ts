/**
 * A second compiler, for what is asked while a cell computes without a pause. It knows what earlier
 * cells have declared, and none of their values. It is started by the first such question and ends
 * when nobody has asked for a while: it takes as much memory as the compiler of the cells.
 */
import type { CellReply } from "../exec/messages.ts";
import type { Cells, Question } from "./cells.ts";

/** Answers in the place of a cell process that cannot. */
export class Understudy {
  private readonly create: () => Cells;
  private cells: Cells | undefined;
  private told = "";
  private leaving: NodeJS.Timeout | undefined;

  /** `create` makes a process that runs no cells. */
  constructor(create: () => Cells) {
    this.create = create;
  }

  /** It need not be started first. */
  get isAwake(): boolean {
    return this.cells !== undefined;
  }

  /** Asks it, with what the cells have declared. Undefined when there is no answer in time. */
  ask(question: Question, declarations: string): Promise<CellReply | undefined> {
    const cells = this.awake();
    if (declarations !== this.told) cells.send({ kind: "declare", declarations });
    this.told = declarations;
    return cells.ask(question, patienceMs);
  }

  /** Ends its process. */
  async close(): Promise<void> {
    const { cells } = this;
    clearTimeout(this.leaving);
    this.cells = undefined;
    await cells?.close(true);
  }

  private awake(): Cells {
    clearTimeout(this.leaving);
    this.leaving = setTimeout(() => void this.close(), leaveAfterMs).unref();
    if (this.cells !== undefined) return this.cells;
    const cells = this.create();
    cells.start();
    cells.listen({
      onEvent: () => undefined,
      onDeath: () => {
        if (this.cells === cells) this.cells = undefined;
      },
    });
    this.cells = cells;
    this.told = "";
    return cells;
  }
}

const patienceMs = 5_000;

/** Time without a question after which the memory is worth more than a quick answer. */
const leaveAfterMs = 120_000;

/**
 * Completion, inspection and completeness: answered by the compiler in the cell process, or by a
 * second one as long as a cell keeps the first from it.
 */
import { setTimeout } from "node:timers/promises";
import type { CellReply } from "../exec/messages.ts";
import type { Cells, Question } from "./cells.ts";
import type { Content } from "./message.ts";
import { charactersAt, codeUnitsAt } from "./places.ts";
import { Understudy } from "./understudy.ts";

/** Whom to ask. */
export interface Asked {
  readonly cells: Cells;
  /** A cell runs. */
  readonly isBusy: () => boolean;
  /** Makes a second cell process, in which no cell will run. */
  readonly second: () => Cells;
}

/** Asks and answers. */
export class Questions {
  private readonly asked: Asked;
  private readonly understudy: Understudy;
  private declarations = "";
  /** Questions that wait for a cell to end or to pause. */
  private unheard = 0;

  constructor(asked: Asked) {
    this.asked = asked;
    this.understudy = new Understudy(asked.second);
  }

  /** What the cells so far have declared. */
  declare(declarations: string): void {
    this.declarations = declarations;
  }

  /** Ends the second compiler. */
  async close(): Promise<void> {
    await this.understudy.close();
  }

  /** The content of `complete_reply`. */
  async complete(request: Content): Promise<Content> {
    const { code, cursor, characters } = placeIn(request);
    const reply = await this.ask({ kind: "complete", code, cursor });
    if (reply?.kind !== "complete_reply") {
      return { status: "ok", ...range(characters, characters), matches: [], metadata: {} };
    }
    const [start, end] = [charactersAt(code, reply.start), charactersAt(code, reply.end)];
    const types = reply.matches.map(({ text, type = "" }) => ({ start, end, text, type }));
    return {
      status: "ok",
      matches: reply.matches.map(({ text }) => text),
      ...range(start, end),
      metadata: { _jupyter_types_experimental: types },
    };
  }

  /** The content of `inspect_reply`. */
  async inspect(request: Content): Promise<Content> {
    const { code, cursor } = placeIn(request);
    const detail = request.detail_level === 1 ? 1 : 0;
    const reply = await this.ask({ kind: "inspect", code, cursor, detail });
    const data = reply?.kind === "inspect_reply" ? reply.data : undefined;
    return { status: "ok", found: data !== undefined, data: data ?? {}, metadata: {} };
  }

  /** The content of `is_complete_reply`. */
  async isComplete(request: Content): Promise<Content> {
    const { code } = placeIn(request);
    const reply = await this.ask({ kind: "is_complete", code });
    if (reply?.kind !== "is_complete_reply") return { status: "unknown" };
    const { status, indent = "" } = reply;
    return status === "incomplete" ? { status, indent } : { status };
  }

  /** A cell that waits lets the compiler answer at once; one that computes lets it never. */
  private async ask(question: Question): Promise<CellReply | undefined> {
    if (!this.asked.isBusy()) return await this.asked.cells.ask(question, idlePatienceMs);
    const own = this.unheard === 0 ? this.askCells(question) : Promise.resolve(undefined);
    if (this.unheard === 1 && !this.understudy.isAwake) {
      const early = await Promise.race([own, setTimeout(pauseMs)]);
      if (early !== undefined) return early;
    }
    return await firstOf([own, this.understudy.ask(question, this.declarations)]);
  }

  private async askCells(question: Question): Promise<CellReply | undefined> {
    this.unheard += 1;
    try {
      return await this.asked.cells.ask(question, busyPatienceMs);
    } finally {
      this.unheard -= 1;
    }
  }
}

/** The first reply; undefined when there is none at all. */
async function firstOf(
  replies: readonly Promise<CellReply | undefined>[],
): Promise<CellReply | undefined> {
  const any = replies.map(async (reply) => (await reply) ?? Promise.reject(new Error("no reply")));
  return await Promise.any(any).catch(() => undefined);
}

interface Place {
  readonly code: string;
  readonly cursor: number;
  readonly characters: number;
}

function placeIn({ code: asked, cursor_pos: place }: Content): Place {
  const code = typeof asked === "string" ? asked : "";
  const end = charactersAt(code, code.length);
  const characters = typeof place === "number" ? Math.min(Math.max(place, 0), end) : end;
  return { code, cursor: codeUnitsAt(code, characters), characters };
}

function range(start: number, end: number): Content {
  return { cursor_start: start, cursor_end: end };
}

/** Time that a cell which waits needs at most to let the compiler answer. */
const pauseMs = 80;
const busyPatienceMs = 5_000;
const idlePatienceMs = 10_000;

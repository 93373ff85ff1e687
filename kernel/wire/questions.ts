/** Completion, inspection and completeness: answered by the compiler in the cell process. */
import type { Cells } from "./cells.ts";
import type { Content } from "./message.ts";
import { charactersAt, codeUnitsAt } from "./places.ts";

/** Asks and answers; `isBusy` tells whether a cell runs, which may keep the compiler from it. */
export class Questions {
  private readonly cells: Cells;
  private readonly isBusy: () => boolean;

  constructor(cells: Cells, isBusy: () => boolean) {
    this.cells = cells;
    this.isBusy = isBusy;
  }

  /** The content of `complete_reply`. */
  async complete(request: Content): Promise<Content> {
    const { code, cursor, characters } = placeIn(request);
    const reply = await this.cells.ask({ kind: "complete", code, cursor }, this.patienceMs);
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
    const reply = await this.cells.ask({ kind: "inspect", code, cursor, detail }, this.patienceMs);
    const data = reply?.kind === "inspect_reply" ? reply.data : undefined;
    return { status: "ok", found: data !== undefined, data: data ?? {}, metadata: {} };
  }

  /** The content of `is_complete_reply`. */
  async isComplete(request: Content): Promise<Content> {
    const { code } = placeIn(request);
    const reply = await this.cells.ask({ kind: "is_complete", code }, this.patienceMs);
    if (reply?.kind !== "is_complete_reply") return { status: "unknown" };
    const { status, indent = "" } = reply;
    return status === "incomplete" ? { status, indent } : { status };
  }

  /** A cell that waits lets the compiler answer at once; one that computes lets it never. */
  private get patienceMs(): number {
    return this.isBusy() ? busyPatienceMs : idlePatienceMs;
  }
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

const busyPatienceMs = 400;
const idlePatienceMs = 10_000;

/** The second compiler: when it is started, what it is told, and when it goes. */
import { expect, it } from "vitest";
import type { CellCommand } from "../../../kernel/exec/messages.ts";
import type { Cells, CellsListener } from "../../../kernel/wire/cells.ts";
import { Questions } from "../../../kernel/wire/questions.ts";
import { notebookFailed } from "../../../lib/base/messages.ts";

const never = new Promise<undefined>(() => undefined);
const request = { code: "ke", cursor_pos: 2 };

/** Processes that answer `name`, or never. */
function processes(name?: string) {
  const made: { sent: CellCommand[]; asked: number; isClosed: boolean; die: () => void }[] = [];
  const create = (): Cells => {
    const one = { sent: [], asked: 0, isClosed: false, die: () => undefined } as (typeof made)[0];
    made.push(one);
    return {
      start: () => undefined,
      listen: ({ onDeath }: CellsListener) => {
        one.die = () => onDeath(notebookFailed("process", "gone"));
      },
      send: (command: CellCommand) => one.sent.push(command),
      ask: ({ kind }: { kind: string }) => {
        one.asked += 1;
        const matches = [{ text: name }];
        const reply = { kind: `${kind}_reply`, id: 1, matches, start: 0, end: 2 };
        return name === undefined ? never : Promise.resolve(reply);
      },
      close: async () => {
        one.isClosed = true;
      },
    } as unknown as Cells;
  };
  return { made, create };
}

it("is not started as long as the cell process answers", async () => {
  const own = processes("kept");
  const second = processes("second");
  let isBusy = false;
  const parts = { cells: own.create(), isBusy: () => isBusy, second: second.create };
  const questions = new Questions(parts);
  expect((await questions.complete(request)).matches).toEqual(["kept"]);
  isBusy = true;
  expect((await questions.complete(request)).matches).toEqual(["kept"]);
  expect(second.made).toHaveLength(0);
});

it("answers for a process that does not, and is told once what is declared", async () => {
  const own = processes();
  const second = processes("second");
  const parts = { cells: own.create(), isBusy: () => true, second: second.create };
  const questions = new Questions(parts);
  questions.declare("let kept: number;");
  for (let round = 0; round < 3; round++) {
    expect((await questions.complete(request)).matches).toEqual(["second"]);
  }
  const declare = (declarations: string) => ({ kind: "declare", declarations });
  expect(second.made).toMatchObject([{ asked: 3, sent: [declare("let kept: number;")] }]);
  // The other is asked once only, and not for every key that is pressed.
  expect(own.made[0]?.asked).toBe(1);
  questions.declare("let kept: string;");
  second.made[0]?.die();
  expect((await questions.inspect(request)).status).toBe("ok");
  expect(second.made).toMatchObject([{ asked: 3 }, { sent: [declare("let kept: string;")] }]);
  await questions.close();
  expect(second.made.map(({ isClosed }) => isClosed)).toEqual([false, true]);
});

/** Damaged inputs for parsers: a good text, cut, doubled and sprinkled with odd pieces. */
import fc from "fast-check";

/** Pieces that parsers stumble over. */
const ODD_PIECES = [
  ...[
    "",
    "\n",
    "\r\n",
    "\r",
    "\0",
    "\t",
    " ",
    ":",
    ",",
    '"',
    '""',
    "-",
    "[",
    "]",
    "{}",
    "#2",
    "CPU9",
  ],
  ...["4294967295", "4294967296", "9007199254740993", "1e9", "0x10", "NaN", "-1", "١", "\uFEFF"],
  ...["__proto__", "constructor", "<script>", "=1+1", "\u2028", "\uD800", "0".repeat(400)],
];

const edit = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  remove: fc.nat({ max: 40 }),
  piece: fc.oneof(fc.constantFrom(...ODD_PIECES), fc.string({ maxLength: 8 })),
  repeat: fc.boolean(),
});

/** `text` after up to eight edits; `repeat` puts the removed stretch in twice instead. */
export function mutated(text: string): fc.Arbitrary<string> {
  return fc.array(edit, { maxLength: 8 }).map((edits) =>
    edits.reduce((current, { at, remove, piece, repeat }) => {
      const start = Math.floor(at * current.length);
      const taken = current.slice(start, start + remove);
      const inserted = repeat ? taken + taken : piece;
      return current.slice(0, start) + inserted + current.slice(start + remove);
    }, text),
  );
}

/** Milliseconds of processor time of the second of two calls, when the code is warm. */
export function warmMilliseconds(action: () => unknown): number {
  action();
  const before = process.cpuUsage();
  action();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** Medians, and the table of bars. */

/** The middle value; of an even number, the lower one of the two. */
export function median(values) {
  const ascending = [...values].sort((left, right) => left - right);
  return ascending[Math.floor((ascending.length - 1) / 2)];
}

/** One line a bar: what, measured, bar, verdict. */
export function tableOf(results) {
  const rows = results.map(({ group, what, value, atMost, atLeast, verdict, reason }) => [
    group,
    what,
    value === undefined ? "" : value.toFixed(2),
    limitText(atMost, atLeast),
    reason === undefined ? verdict : `${verdict}: ${reason}`,
  ]);
  const head = ["group", "what", "measured", "bar", "verdict"];
  return aligned([head, ...rows], [2, 3]);
}

function limitText(atMost, atLeast) {
  if (atMost !== undefined) return `<= ${atMost}`;
  return atLeast === undefined ? "" : `>= ${atLeast}`;
}

/** Columns side by side; those named by number are flush right. */
function aligned(rows, right) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const cell = (text, column) =>
    right.includes(column) ? text.padStart(widths[column]) : text.padEnd(widths[column]);
  return rows.map((row) => row.map(cell).join("  ").trimEnd()).join("\n");
}

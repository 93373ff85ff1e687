/** Reasons of the event tlb_flush: `enum tlb_flush_reason` (include/linux/mm_types_task.h). */

/** Names by code as 7.2 spells them; 6.12 writes "remote ipi send", 4.x "local mm shootdown". */
export const flushReasons: readonly string[] = [
  "flush on task switch",
  "remote shootdown",
  "local shootdown",
  "local MM shootdown",
  "remote IPI send",
  "remote wrong CPU",
];

/** Codes that the rest of the library asks for. */
export const flushReason = {
  taskSwitch: 0,
  remoteShootdown: 1,
  localMm: 3,
  remoteSend: 4,
  remoteWrongCpu: 5,
} as const;

const codes: ReadonlyMap<string, number> = new Map(
  flushReasons.map((name, code) => [name.toLowerCase(), code]),
);

/** The code in `remote ipi send (4)`, by its number or else by its words; -1 for neither. */
export function reasonCode(text: string): number {
  const match = /\((-?\d{1,3})\)\s*$/.exec(text) ?? /^(-?\d{1,3})\s*$/.exec(text);
  if (match !== null) return Number(match[1]);
  return (
    codes.get(
      text
        .replace(/\s*\(.*$/, "")
        .trim()
        .toLowerCase(),
    ) ?? -1
  );
}

/** The words of a reason; a code that no kernel has is shown as a number. */
export function reasonName(code: number): string {
  return flushReasons[code] ?? `reason ${code}`;
}

/** Exit codes of all commands. */
export const exitCode = {
  ok: 0,
  failed: 1,
  usage: 2,
  file: 3,
  partial: 4,
  interrupted: 130,
} as const;

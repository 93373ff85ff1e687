/** Help texts of the sweep commands. */

const limits = `  --timeout MS        a cell that takes longer fails (default: no limit)
  --memory MB         heap of a worker (default 2048)
  --attempts N        tries of a cell that ends its worker (default 2)
`;

const output = `  --json              print the result as one JSON object on stdout
  --quiet             no progress on stderr
`;

const sweep = `shootdown sweep: experiments at every combination of some values

  shootdown sweep run MODULE.mjs --store DIR   plan and compute
  shootdown sweep resume DIR                   compute what is missing
  shootdown sweep status DIR                   how far it is
  shootdown sweep verify DIR --count 20        compute cells again, compare bytes
  shootdown sweep cancel DIR                   stop whoever computes for it
  shootdown sweep export DIR --parquet FILE    also --arrow FILE, --csv FILE
  shootdown sweep compact DIR                  merge segments whose writers ended

The module exports axes, build(point) and, if it likes, options. Results are kept
in DIR as they come: whatever is killed, resume goes on where it was.

  --executor NAME     threads (default), in-process, bullmq, slurm, none (plan only)
  --workers N         threads (default: one for each CPU; slurm: of a task)
  --redis URL         bullmq: the server, redis://host:6379
  --tasks N           slurm: tasks of the array (default 50)
  --throttle N        slurm: tasks that may run at the same time
  --sbatch=ARGUMENT   slurm: a further argument of sbatch; may be repeated
  --retry-failed      compute failed cells again
${limits}${output}
Exit codes: 0 ok, 1 cells differ, 2 wrong usage, 3 a file cannot be read or written,
4 cells are missing or failed, 130 interrupted.
`;

const cell = `shootdown cell --store DIR --key KEY
shootdown cell --store DIR --share I/N [options]

Computes one cell and shows it beside what is stored; or computes the missing cells
of share I of N (from 0) and stores them, as a task of an array does.

  shootdown cell --store results/scaling --share 3/16

  --workers N         threads (default 1)
${limits}${output}`;

const worker = `shootdown worker --redis URL --store DIR [options]

Takes cells of the sweep in DIR from BullMQ on Redis or Valkey, computes them on
threads, and appends the results to DIR.

  shootdown worker --redis redis://lab1:6379 --store /nfs/results/scaling

  --workers N         threads (default 1)
  --lock SECONDS      a worker silent for so long loses its cells (default 30)
  --until-done        leave when no cell is missing
${output}`;

/** The help on the sweep commands, or on the one that is named. */
export function sweepHelp(command: string): string {
  if (command === "cell") return cell;
  return command === "worker" ? worker : sweep;
}

/** Help texts: what a command does, one example, the options, the exit codes. */
import type { Topic } from "./commandLine.ts";

const overview = `shootdown: a notebook laboratory for page-table synchronisation

  shootdown install, uninstall      make the kernel known to Jupyter, or not
  shootdown doctor                  is everything there that notebooks need?
  shootdown console                 cells typed in the terminal

  shootdown run NOTEBOOK.ipynb      execute a notebook, without Jupyter
  shootdown check NOTEBOOK.ipynb    execute it again and compare its outputs
  shootdown render NOTEBOOK.ipynb   make one HTML file of it, or Markdown
  shootdown gallery FOLDER --out F  reports of all notebooks, with a front page
  shootdown pair FILE               a notebook as TypeScript text, and back
  shootdown strip NOTEBOOK.ipynb    remove outputs; normalize: one form for git
  shootdown kernel -f FILE          the kernel, as Jupyter starts it

  shootdown sweep run MODULE.mjs    compute a sweep; also resume, status, export
  shootdown cell, shootdown worker  compute a part of one, elsewhere

  shootdown import FILE...          tell what files of measured data hold
  shootdown probe NAME              count interrupts on this machine itself
  shootdown lab run                 count them on emulated machines, any kernel

  shootdown COMMAND --help          options of a command
  shootdown --version

Exit codes: 0 ok, 1 a cell failed or an output differs, 2 wrong usage,
3 a file cannot be read or written, 4 a sweep or a lab is not whole,
130 interrupted.
`;

const output = `  --json              print the result as one JSON object on stdout
  --quiet             no progress on stderr
`;

const topics: Readonly<Record<Topic, string>> = {
  run: `shootdown run NOTEBOOK.ipynb [options]

Executes all cells from the first on, in a fresh process, in the folder of the
notebook, and stops at the first error. The notebook is not changed.

  shootdown run notebooks/tradeoff.ipynb --param cpus=256 --html tradeoff.html

  --out FILE          write the executed notebook, also after a failure
  --html FILE         write it as one self-contained HTML file
  --param NAME=VALUE  another value for a variable of the cell tagged
                      "parameters"; may be given several times
${output}`,
  render: `shootdown render NOTEBOOK.ipynb --to html|md [options]

Makes a report of a notebook as it is, without executing it: one self-contained
HTML file, or Markdown with its pictures in a folder NAME_files.

  shootdown render notebooks/tradeoff.ipynb --to md

  --to html|md        the report beside the notebook, under its name
  --html FILE         HTML under another name
  --md FILE           Markdown under another name
${output}`,
  check: `shootdown check NOTEBOOK.ipynb [options]

Executes a notebook again and compares what its cells put out with what is
stored. Pictures are compared by the specification they were drawn from, if
there is one.

  shootdown check notebooks/tradeoff.ipynb

${output}`,
  kernel: `shootdown kernel --connection-file FILE

Serves the Jupyter protocol on the sockets of the connection file, in the
current folder, until it is shut down. Started by Jupyter, not by hand.

  shootdown kernel --connection-file /run/user/1000/jupyter/kernel-1.json

  --connection-file FILE, -f FILE
                      addresses and key, as Jupyter writes them
`,
};

/** The help on a command, or on all of them. */
export function helpText(topic: Topic | undefined): string {
  return topic === undefined ? overview : topics[topic];
}

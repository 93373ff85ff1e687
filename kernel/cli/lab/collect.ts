/** From the results of boots to one CSV file in the format of the lab's data. */
import path from "node:path";
import { type LabStream, readLabStream } from "../../../lib/observed/labStream.ts";
import { csvLine, labColumns, labLinesOf } from "../../../lib/observed/labText.ts";
import { fileChunks } from "../../../lib/observed/lines.ts";
import { replaceFile } from "../files.ts";

/** The results of one boot. */
export interface Collected {
  /** The name in the data: with `noswap` and `partial` where the results say so. */
  readonly boot: string;
  readonly mode: string;
  readonly stream: LabStream;
}

/** Reads the results that a boot left. Throws SD011 when the file cannot be read. */
export function collect(results: string, boot: string, mode: string): Collected {
  const stream = readLabStream(fileChunks(results));
  const tags = [stream.hasSwap ? "" : "noswap", stream.isComplete ? "" : "partial"];
  const missing = tags.filter((tag) => tag !== "" && !boot.split("-").includes(tag));
  return { boot: [boot, ...missing].join("-"), mode, stream };
}

/** Writes the runs of all boots, and each trace into a file of its own beside the results. */
export async function writeLab(
  out: string,
  work: string,
  boots: readonly Collected[],
): Promise<{ readonly runs: number; readonly traces: readonly string[] }> {
  const lines = boots.flatMap(({ boot: name, mode, stream }) =>
    labLinesOf({ name, mode }, stream.runs),
  );
  await replaceFile(out, `${[csvLine(labColumns), ...lines].join("\n")}\n`);
  const traces: string[] = [];
  for (const { boot, stream } of boots) {
    for (const [i, { trace, caseName }] of stream.runs.entries()) {
      if (trace === undefined) continue;
      const file = path.join(work, `${boot}-${i + 1}-${caseName}.trace.txt`);
      await replaceFile(file, trace);
      traces.push(file);
    }
  }
  return { runs: boots.reduce((sum, { stream }) => sum + stream.runs.length, 0), traces };
}

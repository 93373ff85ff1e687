/** From messages back to the outputs of cells, for front ends of our own. */
import type { CellOutput, MimeBundle, StreamName } from "../exec/messages.ts";
import type { Message } from "./message.ts";

/** An output without the number of its cell, which a message does not tell. */
export type Shown = CellOutput extends infer Each
  ? Each extends CellOutput
    ? Omit<Each, "cell">
    : never
  : never;

/** The output in a message of iopub; undefined for all other messages. */
export function outputOf({ header, content }: Message): Shown | undefined {
  switch (header.msg_type) {
    case "stream":
      return {
        kind: "stream",
        name: content.name as StreamName,
        text: String(content.text),
      };
    case "display_data":
      return { kind: "display", ...bundleOf(content) };
    case "update_display_data":
      return { kind: "update_display", ...bundleOf(content) };
    case "execute_result":
      return { kind: "result", ...bundleOf(content) };
    case "clear_output":
      return { kind: "clear_output", wait: content.wait === true };
    case "error":
      return {
        kind: "error",
        ename: String(content.ename),
        evalue: String(content.evalue),
        traceback: content.traceback as readonly string[],
      };
    default:
      return undefined;
  }
}

function bundleOf(content: Message["content"]): {
  data: MimeBundle;
  metadata: MimeBundle;
  displayId?: string;
} {
  const { data, metadata, transient } = content as Record<string, MimeBundle>;
  const id = transient?.display_id;
  const bundle = { data: data ?? {}, metadata: metadata ?? {} };
  return typeof id === "string" ? { ...bundle, displayId: id } : bundle;
}

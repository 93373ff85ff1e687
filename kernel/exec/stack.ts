/** Stack traces in the lines of the notebook: `Cell[2]:1:7`, without the machinery below it. */
import { SourceMap, type SourceMapPayload } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { NamedScript } from "../lang/converter.ts";

/** A place in the text of a cell or of a project file, counted from 1. */
export interface SourcePlace {
  readonly line: number;
  readonly column: number;
}

/** A place in a cell. */
export interface CellPlace extends SourcePlace {
  readonly cell: number;
}

/** Does work that must not be cut short. */
export type Protect = <T>(work: () => T) => T;

interface MappedScript {
  readonly lines: number;
  readonly maps: readonly SourceMap[];
}

/** Knows the scripts that have run and finds the way back to their sources. */
export class StackMapper {
  private readonly notebookDir: string;
  private readonly protect: Protect;
  private readonly scripts = new Map<string, MappedScript>();

  /** A termination in the middle of a stack would be lost; `protect` keeps it off. */
  constructor(notebookDir: string, protect: Protect) {
    this.notebookDir = notebookDir;
    this.protect = protect;
  }

  /** Remembers how to read the places of a script. */
  add(script: NamedScript): void {
    this.scripts.set(script.name, {
      lines: script.text.split("\n").length,
      maps: script.maps.map((map) => new SourceMap(JSON.parse(map) as SourceMapPayload)),
    });
  }

  /**
   * Formats every stack of this process from now on, also where a cell prints `error.stack`.
   * Deep stacks are kept, because the frame of the cell is often the last one.
   */
  install(): void {
    Error.stackTraceLimit = 50;
    Error.prepareStackTrace = (error, sites) => {
      const frames = this.protect(() => this.frames(sites)).map((frame) => `    at ${frame}`);
      return [headline(error), ...frames].join("\n");
    };
  }

  /** The frames a reader of the notebook can use. A stack that touches no cell is left whole. */
  private frames(sites: readonly NodeJS.CallSite[]): string[] {
    const scripts = sites.map((site) => site.getScriptNameOrSourceURL() ?? "");
    if (!scripts.some((script) => cellName.test(script))) return sites.map(String);
    return sites
      .filter((site, index) => !this.isMachinery(scripts[index]!, site))
      .map((site) => this.frame(site));
  }

  private frame(site: NodeJS.CallSite): string {
    const script = site.getScriptNameOrSourceURL() ?? "";
    const line = site.getLineNumber() ?? 1;
    const column = site.getColumnNumber() ?? 1;
    const place = this.place(script, line, column);
    const source = place === undefined ? script : script.replace(/\.js$/, ".ts");
    const shown = place ?? { line, column };
    return String(site).replace(
      `${script}:${line}:${column}`,
      () => `${this.shortened(source)}:${shown.line}:${shown.column}`,
    );
  }

  /** The place in the source, or undefined for a script that is not ours or an unmapped place. */
  private place(script: string, line: number, column: number): SourcePlace | undefined {
    const mapped = this.scripts.get(script);
    if (mapped === undefined) return undefined;
    let place = { line: line - 1, column: column - 1 };
    for (const map of mapped.maps) {
      const entry = map.findEntry(place.line, place.column);
      if (!("originalLine" in entry)) return undefined;
      place = { line: entry.originalLine, column: entry.originalColumn };
    }
    // tslab puts a line of its own in front of a cell, so that the offset there is right already.
    const offset = cellName.test(script) ? 0 : 1;
    return { line: place.line + offset, column: place.column + 1 };
  }

  private isMachinery(script: string, site: NodeJS.CallSite): boolean {
    // tslab calls the cell from a line behind its last one.
    const lines = this.scripts.get(script)?.lines ?? Number.POSITIVE_INFINITY;
    return (
      (site.getLineNumber() ?? 0) > lines ||
      script.startsWith("node:") ||
      script.includes("/node_modules/tslab/dist/") ||
      fileOf(script).startsWith(kernelFolder) ||
      fileOf(script) === messagesModule ||
      String(site) === "new Promise (<anonymous>)"
    );
  }

  /** Paths relative to the notebook, packages from `node_modules/` on: the same on each machine. */
  private shortened(script: string): string {
    const file = fileOf(script);
    const packages = file.lastIndexOf("/node_modules/");
    if (packages >= 0) return file.slice(packages + 1);
    return path.isAbsolute(file) ? path.relative(this.notebookDir, file) : file;
  }
}

/** The places in cells that the frames of a formatted stack name, the innermost first. */
export function cellPlaces(stack: string): CellPlace[] {
  const frames = stack.matchAll(/^ +at .*?Cell\[(\d+)\]:(\d+):(\d+)/gm);
  return Array.from(frames, ([, cell, line, column]) => {
    return { cell: Number(cell), line: Number(line), column: Number(column) };
  });
}

const cellName = /^(?:Cell\[\d+\]|Expression)$/;
const kernelFolder = fileURLToPath(new URL("..", import.meta.url));
/** Where the library makes its errors, which is not where they come from. */
const messagesModule = fileURLToPath(new URL("../../lib/base/messages.js", import.meta.url));

function fileOf(script: string): string {
  return script.startsWith("file:") ? fileURLToPath(script) : script;
}

/** As Node does it; a broken `toString` must not hide the stack. */
function headline(error: Error): string {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return "Error";
  }
}

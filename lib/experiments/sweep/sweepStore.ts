/** A sweep with its results: what is planned, what is done, and the table of it. */
import { hash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { canonicalJson } from "../../base/canonical.ts";
import { missing, refused, unknownName } from "../../base/messages.ts";
import type { ColumnTable } from "../../tables/frame.ts";
import { type Compaction, compact } from "../store/compact.ts";
import { replaceFile } from "../store/files.ts";
import { isProblem } from "../store/outcome.ts";
import { readPlan, SCHEMA, writePlan } from "../store/planFile.ts";
import { type Provenance, provenance, versionsIn } from "../store/provenance.ts";
import { quarantine } from "../store/quarantine.ts";
import { RowStore } from "../store/rowStore.ts";
import { sqlOver, writeArrow, writeCsv, writeParquet } from "./exports.ts";
import { neededCells } from "./needed.ts";
import type { Plan, PlanCell } from "./plan.ts";
import { replayLine } from "./replay.ts";
import { sweepTable } from "./resultTable.ts";

/** How far a sweep is, as the store tells it. */
export interface SweepStatus {
  /** Cells that are needed. */
  readonly total: number;
  /** Cells with a row. */
  readonly done: number;
  readonly failed: number;
  /** Cells without an outcome. */
  readonly missing: number;
  /** Damaged lines, and plan files that were read from their copy. */
  readonly damaged: number;
  /** Segments that end inside a line: their writers were killed, or write just now. */
  readonly torn: number;
  /** Versions of this package, with their commits, that have computed rows; see `verify`. */
  readonly versions: readonly string[];
}

/** The folder of a sweep, or a sweep in memory. */
export class SweepStore {
  readonly folder: string | undefined;
  readonly plan: Plan;
  /** Outcomes by key. */
  readonly rows: RowStore;
  /** Plan files that were damaged, `sweep.json` included. */
  readonly damagedFiles: readonly string[];

  private constructor(folder: string | undefined, plan: Plan, damagedFiles: readonly string[]) {
    this.folder = folder;
    this.plan = plan;
    this.damagedFiles = damagedFiles;
    this.rows = new RowStore(folder);
  }

  /** A sweep on disk. Throws SD003 where there is none, SD006 for a plan that cannot be read. */
  static open(folder: string): SweepStore {
    const stored = readPlan(folder);
    if (stored === undefined) throw missing(`sweep in ${folder}`, "a folder made by a sweep");
    const { plan, damaged } = stored;
    const page = isWholePage(folder) ? [] : [PAGE];
    return new SweepStore(folder, plan, [...damaged, ...page]);
  }

  /** A new sweep, or one more call of it: outcomes of cells that both have are kept. */
  static create(folder: string | undefined, plan: Plan): SweepStore {
    if (folder === undefined) return new SweepStore(undefined, plan, []);
    if (typeof folder !== "string" || folder === "") {
      throw refused("store", folder, "the path of a folder");
    }
    if (!isPlanned(folder, plan)) {
      writePlan(folder, plan);
      writePage(folder, plan, provenance("plan"));
    }
    return new SweepStore(folder, plan, []);
  }

  /** Cells that are needed, as far as the outcomes tell. */
  needed(): readonly PlanCell[] {
    return neededCells(this.plan, (key) => this.rows.text(key));
  }

  /** Needed cells without an outcome (`alsoFailed`: a row), each once, costliest first. */
  missing(alsoFailed = false): readonly PlanCell[] {
    const cells = new Map<string, PlanCell>();
    for (const cell of this.needed()) {
      const text = this.rows.text(cell.key);
      if (text === undefined || (alsoFailed && isProblem(text))) cells.set(cell.key, cell);
    }
    return [...cells.values()].sort((a, b) => b.cost - a.cost || (a.key < b.key ? -1 : 1));
  }

  /** How far the sweep is. */
  status(): SweepStatus {
    const needed = this.needed();
    const texts = needed.map(({ key }) => this.rows.text(key));
    const there = texts.filter((text) => text !== undefined);
    const failed = there.filter(isProblem).length;
    return {
      total: needed.length,
      done: there.length - failed,
      failed,
      missing: needed.length - there.length,
      damaged: this.rows.damage.length + this.damagedFiles.length,
      torn: this.rows.tornFiles().length,
      versions: versionsIn(this.rows.provenance),
    };
  }

  /** One row for each needed cell with an outcome, in the order of the plan. */
  table(): ColumnTable {
    const replay = (cell: PlanCell) => replayLine(this.plan, this.folder, cell);
    return sweepTable(this.plan, this.needed(), (key) => this.rows.text(key), replay);
  }

  /** SHA-256 of the outcomes of the needed cells: equal for equal results, however computed. */
  digest(): string {
    const texts = this.needed().map(({ key }) => this.rows.text(key) ?? "");
    const unique = [...new Set(texts)].sort();
    return hash("sha256", unique.join("\n"), "hex");
  }

  /** Writes the table as a Parquet file, with where it comes from in the metadata. SD011. */
  async toParquet(file: string): Promise<void> {
    await writeParquet(file, this.table(), this.about());
  }

  /** Writes the table as an Arrow IPC file. Throws SD011. */
  toArrow(file: string): void {
    writeArrow(file, this.table());
  }

  /** Writes the table as CSV that no spreadsheet takes for formulas. Throws SD011. */
  toCsv(file: string): void {
    writeCsv(file, this.table());
  }

  /**
   * An SQL query over the table, called `results`, in DuckDB. Throws SD003 where the optional
   * package `@duckdb/node-api` is not installed, and what DuckDB throws.
   */
  async sql(query: string): Promise<ColumnTable> {
    return await sqlOver(this.table(), query);
  }

  /** Where the results come from: the plan, and who computed when, on what. */
  about(): { readonly config: string; readonly computed: readonly Provenance[] } {
    return { config: configDigest(this.plan), computed: this.rows.provenance };
  }

  /** The cell whose key begins with `prefix`. Throws SD002 when none or several do. */
  cell(prefix: string): PlanCell {
    const found = this.plan.cells.filter(({ key }) => key.startsWith(prefix));
    const keys = new Set(found.map(({ key }) => key));
    if (keys.size === 1) return found[0]!;
    const known = this.plan.cells.slice(0, 5).map(({ key }) => key.slice(0, 16));
    throw unknownName("cell", prefix, [...known, "…"]);
  }

  /** Copies damaged lines to `bad.ndjson` and mends the plan from its copy. */
  repair(): void {
    if (this.folder === undefined) return;
    quarantine(this.folder, this.rows.damage);
    if (this.damagedFiles.length === 0) return;
    writePlan(this.folder, this.plan);
    writePage(this.folder, this.plan, provenance("repair"));
  }

  /** Merges the segments whose writers have ended. Throws SD014. */
  compact(): Compaction {
    return this.folder === undefined ? { segments: 0, rows: 0 } : compact(this.folder);
  }

  /** How far the sweep is, in a line. */
  toString(): string {
    const { total, done, failed, missing, damaged, versions } = this.status();
    const parts = [`${done} of ${total} cells done`, `${failed} failed`, `${missing} missing`];
    if (damaged > 0) parts.push(`${damaged} damaged`);
    // Rows of another version may be those of another model.
    if (versions.length > 1) parts.push(`computed by ${versions.join(" and ")}: verify them`);
    return `sweep ${this.folder ?? "in memory"}: ${parts.join(", ")}`;
  }
}

/**
 * The sweep that is kept in a folder: its table, exports and queries, also while it is computed.
 * Throws SD003 where there is none, SD006 for a plan that cannot be read, SD014 for results that
 * contradict one another.
 */
export function openStore(folder: string): SweepStore {
  return SweepStore.open(folder);
}

/** The page for people: what the sweep is and where it comes from. */
const PAGE = "sweep.json";

function writePage(folder: string, plan: Plan, origin: Provenance): void {
  const { axes, baseline, stop, cells } = plan;
  const page = {
    schema: SCHEMA,
    axes,
    baseline,
    stop,
    cells: cells.length,
    config: configDigest(plan),
    provenance: origin,
  };
  const sha256 = hash("sha256", canonicalJson(page), "hex");
  replaceFile(path.join(folder, PAGE), `${JSON.stringify({ ...page, sha256 }, null, 2)}\n`);
}

function isWholePage(folder: string): boolean {
  try {
    const text = fs.readFileSync(path.join(folder, PAGE), "utf8");
    const { sha256, ...page } = JSON.parse(text) as Record<string, unknown>;
    const whole = `${JSON.stringify({ ...page, sha256 }, null, 2)}\n`;
    return text === whole && sha256 === hash("sha256", canonicalJson(page), "hex");
  } catch {
    return false;
  }
}

/** SHA-256 of what decides the results: combinations and keys. */
export function configDigest({ axes, baseline, stop, cells }: Plan): string {
  const keys = cells.map(({ key, labels }) => [key, labels]);
  return hash("sha256", canonicalJson({ axes, baseline, stop, keys }), "hex");
}

function isPlanned(folder: string, plan: Plan): boolean {
  const stored = readPlan(folder);
  if (stored === undefined || stored.damaged.length > 0 || !isWholePage(folder)) return false;
  return configDigest(stored.plan) === configDigest(plan);
}

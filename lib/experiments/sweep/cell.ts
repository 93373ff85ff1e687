/** A cell: one scene of a sweep as canonical text, whose SHA-256 is its key. */
import { hash } from "node:crypto";
import { canonicalJson } from "../../base/canonical.ts";
import type { Scene } from "../scene.ts";
import { checkScene } from "../scene.ts";

/** The values of a scene that cells have in common. */
export type PartName = "backend" | "linux" | "machine" | "workload";

/** In the order of canonical JSON, `seed` excepted. */
export const PART_NAMES: readonly PartName[] = ["backend", "linux", "machine", "workload"];

/** A value of a scene as canonical JSON, and the SHA-256 of that. */
export interface Part {
  readonly id: string;
  readonly text: string;
}

/** What a worker needs to compute a cell: plain texts. */
export interface CellTask {
  readonly key: string;
  readonly seed: number;
  readonly parts: Readonly<Record<PartName, Part>>;
  /** Predicted cost, in no unit: says which of two cells takes longer. */
  readonly cost: number;
}

/** SHA-256 of the canonical JSON of the whole scene. */
export function keyOfParts(parts: Readonly<Record<PartName, Part>>, seed: number): string {
  const { backend, linux, machine, workload } = parts;
  const text =
    `{"backend":${backend.text},"linux":${linux.text},"machine":${machine.text},` +
    `"seed":${seed},"workload":${workload.text}}`;
  return hash("sha256", text, "hex");
}

/** Makes the parts of scenes; a value that several scenes share is written once. */
export class PartWriter {
  private readonly known = new WeakMap<object, Part>();
  private readonly byText = new Map<string, Part>();

  /** The parts of a checked scene; `given` holds the same values as their owner has them. */
  parts(scene: Required<Scene>, given: Scene = scene): Readonly<Record<PartName, Part>> {
    const part = (name: PartName): Part => this.part(scene[name], given[name]);
    return {
      backend: part("backend"),
      linux: part("linux"),
      machine: part("machine"),
      workload: part("workload"),
    };
  }

  private part(value: object, given: object): Part {
    const known = this.known.get(given);
    if (known !== undefined) return known;
    // Values that are made anew for each cell are written alike, which is faster found out so.
    const plain = JSON.stringify(value);
    const part = this.byText.get(plain) ?? partOf(canonicalJson(value));
    this.byText.set(plain, part);
    this.known.set(given, part);
    return part;
  }
}

function partOf(text: string): Part {
  return { id: hash("sha256", text, "hex"), text };
}

/** Revives scenes from parts; equal parts become one object, which keeps kernel paths shared. */
export class SceneReader {
  private readonly values = new Map<string, Required<Scene>[PartName]>();

  /** The scene of a cell, checked. Throws what a wrong scene throws. */
  scene({ parts, seed }: Pick<CellTask, "parts" | "seed">): Required<Scene> {
    const plain = Object.fromEntries(PART_NAMES.map((name) => [name, this.value(parts[name])]));
    const scene = checkScene({ ...plain, seed } as unknown as Scene);
    for (const name of PART_NAMES) this.values.set(parts[name].id, scene[name]);
    return scene;
  }

  private value({ id, text }: Part): unknown {
    if (this.values.size > KEPT) this.values.clear();
    return this.values.get(id) ?? JSON.parse(text);
  }
}

/** Values that are kept between cells. */
const KEPT = 4_096;

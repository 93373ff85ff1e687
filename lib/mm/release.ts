/**
 * What the releases do differently. Read in the trees 6.1.192, 6.12.117, 7.2.6 and 7.3.4; 6.18 is
 * bracketed by 6.12 and 7.2 and confirmed by runs on a 6.18.44 machine.
 */
import { unknownName } from "../base/messages.ts";

/** Switches that depend on the release of Linux (x86). */
export interface ReleaseFeatures {
  readonly release: string;
  /**
   * `mm_cpumask` is trimmed lazily: a CPU that leaves an address space keeps its bit until a flush
   * finds it elsewhere ("x86/mm/tlb: Update mm_cpumask lazily", 209954cbc7d0, since 6.13).
   */
  readonly lazyCpumask: boolean;
  /** Pages that one `mmu_gather` takes before it must flush (mm/mmu_gather.c). */
  readonly pageBatch: number;
  /**
   * Page tables that one `mmu_gather` takes before it must flush, in a batch of their own, or
   * `null` where tables ride in the page batch (x86 bare metal before 6.14).
   */
  readonly tableBatch: number | null;
  /** Collapse of file and shmem tables sends the sync broadcast (until 6.5). */
  readonly fileCollapseSyncs: boolean;
  /** Address spaces can get global ASIDs that INVLPGB flushes everywhere (since 6.15). */
  readonly globalAsids: boolean;
}

/** Order-0 pages: 8 on the stack and 19 pages of pointers, one slot closed early since 6.9. */
const PAGE_BATCH_6_1 = 9_698;
const PAGE_BATCH_6_12 = 9_678;
/** MAX_TABLE_BATCH: one page of pointers behind its header. */
const TABLE_BATCH = 509;

const RELEASES: Readonly<Record<string, ReleaseFeatures>> = {
  "6.1": {
    release: "6.1",
    lazyCpumask: false,
    pageBatch: PAGE_BATCH_6_1,
    tableBatch: null,
    fileCollapseSyncs: true,
    globalAsids: false,
  },
  "6.12": {
    release: "6.12",
    lazyCpumask: false,
    pageBatch: PAGE_BATCH_6_12,
    tableBatch: null,
    fileCollapseSyncs: false,
    globalAsids: false,
  },
  "6.18": modern("6.18"),
  "7.2": modern("7.2"),
  "7.3": modern("7.3"),
};

function modern(release: string): ReleaseFeatures {
  return {
    release,
    lazyCpumask: true,
    pageBatch: PAGE_BATCH_6_12,
    tableBatch: TABLE_BATCH,
    fileCollapseSyncs: false,
    globalAsids: true,
  };
}

/** The releases the model knows, oldest first. */
export const RELEASE_NAMES: readonly string[] = Object.keys(RELEASES);

/** The switches of a release. Throws SD002 with the nearest known release otherwise. */
export function releaseFeatures(release: string): ReleaseFeatures {
  const features = Object.hasOwn(RELEASES, release) ? RELEASES[release] : undefined;
  if (features === undefined) throw unknownName("release", release, RELEASE_NAMES);
  return features;
}

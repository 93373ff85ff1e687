/**
 * What the instructions before some point of a window still hold back. Multi-copy atomic, as Arm's
 * memory model is; where Linux promises less than Arm's instructions give, as Linux promises:
 * acquire does not wait for an earlier release (LDAPR), and a read fence orders loads only.
 */
import type { Access } from "./access.ts";
import { mayFault, orderOf } from "./access.ts";
import { SURE } from "./knowledge.ts";

/** Ordering so far; copied where a path forks. */
export class Order {
  /** Loads, and stores, must wait for a fence, an acquire or a full atomic. */
  blocksLoads = false;
  blocksStores = false;
  /** Loads, and stores, that wait. */
  private waitsToLoad = false;
  private waitsToStore = false;
  /** A branch is open or a location unsure: loads may go ahead, stores may not. */
  private isSpeculative = false;

  clear(): void {
    this.blocksLoads = false;
    this.blocksStores = false;
    this.waitsToLoad = false;
    this.waitsToStore = false;
    this.isSpeculative = false;
  }

  copy(from: Order): void {
    this.blocksLoads = from.blocksLoads;
    this.blocksStores = from.blocksStores;
    this.waitsToLoad = from.waitsToLoad;
    this.waitsToStore = from.waitsToStore;
    this.isSpeculative = from.isSpeculative;
  }

  /** A branch, a location or a loop whose outcome may still be another. */
  speculate(): void {
    this.isSpeculative = true;
  }

  fence(kind: string): void {
    const isFull = kind === "full" && (this.waitsToLoad || this.waitsToStore);
    if (isFull || (kind === "read" && this.waitsToLoad)) this.blocksLoads = true;
    if (isFull || (kind === "write" && this.waitsToStore)) this.blocksStores = true;
  }

  /** Whether a load may be done, as far as accesses of other locations go. */
  allowsLoad(access: Access): boolean {
    return access.place > 0 && !this.blocksLoads;
  }

  /** The same for a store, or an atomic as a whole. */
  allowsStore(access: Access): boolean {
    if (access.place !== SURE || access.dataState !== SURE) return false;
    if (this.blocksStores || this.isSpeculative) return false;
    if (access.reads && this.blocksLoads) return false;
    const order = orderOf(access.instruction);
    return (order !== "release" && order !== "full") || !(this.waitsToLoad || this.waitsToStore);
  }

  /** An access is passed, done or not; `isGuessed`: it is an atomic that is guessed to fail. */
  pass(access: Access, isGuessed: boolean): void {
    if (access.place !== SURE || mayFault(access)) this.isSpeculative = true;
    const order = orderOf(access.instruction);
    const holdsLater = order === "acquire" || order === "full";
    if (access.isDone) {
      if (access.isUnsure && holdsLater) this.blocksStores = true;
      return;
    }
    if (isGuessed) {
      this.waitsToLoad = true;
      this.isSpeculative = true;
      return;
    }
    if (access.reads && !access.hasRead) this.waitsToLoad = true;
    if (access.writes) this.waitsToStore = true;
    if (!holdsLater) return;
    this.blocksStores = true;
    if (order === "full" || !access.hasRead) this.blocksLoads = true;
  }
}

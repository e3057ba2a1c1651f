import type { SlotRequest } from './limit-store.js';

/** Calls that run at the moment under one key. */
export interface SlotSet {
  readonly key: string;
  taken: number;
}

const noSlots: readonly SlotSet[] = Object.freeze([]);

/** Who runs at the same time. Keys without a running call are not kept, so there are never more keys than slots in use. */
export class SlotTable {
  readonly #sets = new Map<string, SlotSet>();

  /** The first request without room, or -1. */
  full(requests: readonly SlotRequest[]): number {
    for (let i = 0; i < requests.length; i += 1) {
      const { key, maxCalls } = requests[i] as SlotRequest; // i < length
      if ((this.#sets.get(key)?.taken ?? 0) >= maxCalls) return i;
    }
    return -1;
  }

  take(requests: readonly SlotRequest[]): readonly SlotSet[] {
    if (requests.length === 0) return noSlots;
    return requests.map(({ key }) => {
      let set = this.#sets.get(key);
      if (set === undefined) {
        set = { key, taken: 0 };
        this.#sets.set(key, set);
      }
      set.taken += 1;
      return set;
    });
  }

  free(sets: readonly SlotSet[]): void {
    for (const set of sets) {
      set.taken -= 1;
      if (set.taken === 0) this.#sets.delete(set.key);
    }
  }

  get size(): number {
    return this.#sets.size;
  }
}

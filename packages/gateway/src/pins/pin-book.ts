import { EnforceCoreError } from '@enforcecore/core';
import { faultIn, faultWords } from './form-fault.js';
import { keyOf, type Pin } from './pin-document.js';
import { PinFile } from './pin-file.js';

/** One held tool as a person saw it. */
export interface Approval {
  readonly server: string;
  readonly tool: string;
  /** Digest of the held form that was shown; another that came since is not approved with it. */
  readonly sha256: string;
}

/** The pins for the person who reads and approves them. */
export class PinBook {
  readonly #file: PinFile;

  constructor(path: string) {
    this.#file = new PinFile(path);
  }

  /** By server and tool. */
  list(): Promise<readonly Pin[]> {
    // What cannot be read rejects.
    return new Promise((resolve) => {
      resolve([...this.#file.read().values()].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)));
    });
  }

  /**
   * Pins what is held: running gateways take these tools up with the next list or call. All or none.
   *
   * @throws EnforceCoreError code `GATEWAY` when one of them is not held any more, has changed again, or is held for its form, which no approval changes.
   */
  async approve(approvals: readonly Approval[]): Promise<void> {
    await this.#file.change((pins) => {
      const changed = new Map(pins);
      for (const approval of approvals) {
        const held = pins.get(keyOf(approval))?.held;
        if (held?.sha256 !== approval.sha256) throw new EnforceCoreError('GATEWAY', `a tool of ${approval.server} has changed again since it was shown: nothing was approved, look at it once more`);
        const fault = faultIn(held.reason);
        if (fault !== undefined) throw new EnforceCoreError('GATEWAY', `a tool of ${approval.server} cannot be approved, and nothing was: ${faultWords(fault)}; only its server can change that`);
        const { at, sha256, parts } = held;
        changed.set(keyOf(approval), { server: approval.server, tool: approval.tool, pinned: { at, sha256, parts } });
      }
      return changed;
    });
  }
}

import { appendFile, mkdir } from 'node:fs/promises';

// #region backend
/** An audit backend: takes entries at once, so that synchronous tools are served, and writes them when it is told to. */
export class EntryCopy {
  /** @type {string[]} */
  #held = [];

  /** @param {import('@enforcecore/core').BackedEntry} entry */
  record(entry) {
    this.#held.push(`${JSON.stringify(entry)}\n`);
  }

  async flush() {
    const lines = this.#held.splice(0);
    await mkdir('.demo/11-plugin', { recursive: true });
    await appendFile('.demo/11-plugin/copy.jsonl', lines.join(''));
  }
}
// #endregion backend

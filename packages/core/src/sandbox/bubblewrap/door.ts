import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { LaunchSpec } from '../launcher.js';
import { ownFolder } from '../process/temp-folder.js';
import type { FilterProxy } from '../proxy/filter-proxy.js';

/** The proxy of one child, and the folder that its socket is shown by. */
export class Door {
  readonly folder: string;
  readonly #proxy: FilterProxy;

  private constructor(folder: string, proxy: FilterProxy) {
    this.folder = folder;
    this.#proxy = proxy;
  }

  static async open(egress: NonNullable<LaunchSpec['egress']>, onDenied: LaunchSpec['onDenied']): Promise<Door> {
    // Loaded where it is needed: most tools have no network at all.
    const { FilterProxy } = await import('../proxy/filter-proxy.js');
    const folder = await ownFolder('door');
    const proxy = new FilterProxy(egress, { onDenied });
    await proxy.listen(join(folder, 'proxy.sock'));
    return new Door(folder, proxy);
  }

  async close(): Promise<void> {
    await this.#proxy.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}

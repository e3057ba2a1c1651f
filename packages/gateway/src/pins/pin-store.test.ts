import { describe, expect, it } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { FilePinStore } from './file-pin-store.js';
import { pathsForASuite, tool } from './pins.test.kit.js';

const newPath = pathsForASuite();

describe('the stamp of pins in a file', () => {
  it('stays while nothing changes, and is another after another gateway changed a verdict', async () => {
    const path = newPath();
    const [store, other] = [new FilePinStore({ path }), new FilePinStore({ path })];
    const empty = await store.stamp();
    await store.judge('files', [tool('read')]);
    const first = await store.stamp();
    await store.judge('files', [tool('read')]);
    const same = await store.stamp();

    await other.judge('files', [tool('read', { description: 'other' })]);
    const changed = await store.stamp();

    expect(same).toBe(first);
    expect(new Set([empty, first, changed]).size).toBe(3);
  });

  it('is none for a file that is torn', async () => {
    const path = newPath();
    const store = new FilePinStore({ path });
    await store.judge('files', [tool('read')]);

    await writeFile(path, '{"ver');

    await expect(store.stamp()).rejects.toMatchObject({ code: 'GATEWAY' });
  });
});

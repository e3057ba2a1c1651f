import { afterAll, beforeAll } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PinnedParts } from './pin-store.js';

/** A tool, with what a test says of it. */
export function tool(name: string, rest: Partial<PinnedParts> = {}): PinnedParts {
  return { name, description: 'reads a file', inputSchema: { type: 'object', properties: { path: { type: 'string' } }, required: ['path'] }, ...rest };
}

/** A folder for a suite, and new paths in it. */
export function pathsForASuite(): () => string {
  let folder = '';
  let count = 0;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'enforcecore-pins-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return () => join(folder, `${String(++count)}.json`);
}

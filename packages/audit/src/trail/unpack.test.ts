import { gzipSync } from 'node:zlib';
import { expect, it } from '@jest/globals';
import { unpack } from './unpack.js';

it('unpacks what a rotation packed, however much that is', () => {
  const lines = Buffer.alloc(3 * 1024 * 1024, 'a line of a trail, which is not as much alike\n');

  expect(unpack(gzipSync(lines), 'trail.000001.jsonl.gz').equals(lines)).toBe(true);
});

it('refuses what would fill the memory (a gzip bomb)', () => {
  const bomb = gzipSync(Buffer.alloc(80 * 1024 * 1024));

  expect(() => unpack(bomb, 'trail.000001.jsonl.gz')).toThrow(expect.objectContaining({ code: 'IO', message: expect.stringContaining('unpacks to far more') }));
});

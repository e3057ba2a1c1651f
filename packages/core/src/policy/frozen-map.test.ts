import { describe, expect, it } from '@jest/globals';
import { FrozenMap } from './frozen-map.js';

describe('FrozenMap', () => {
  const map = new FrozenMap<string, number>([
    ['a', 1],
    ['__proto__', 2],
  ]);

  it('reads like a Map', () => {
    const seen: unknown[] = [];
    map.forEach((value, key, whole) => seen.push([key, value, whole === map]));

    expect(seen).toEqual([
      ['a', 1, true],
      ['__proto__', 2, true],
    ]);
    expect([map.size, map.get('a'), map.has('a'), map.get('b'), map.has('toString')]).toEqual([2, 1, true, undefined, false]);
    expect([[...map], [...map.entries()], [...map.keys()], [...map.values()]]).toEqual([
      [['a', 1], ['__proto__', 2]],
      [['a', 1], ['__proto__', 2]],
      ['a', '__proto__'],
      [1, 2],
    ]);
  });

  it('cannot be written by borrowing the methods of Map', () => {
    expect(() => Map.prototype.set.call(map, 'a', 9)).toThrow(TypeError);
    expect(Object.isFrozen(map)).toBe(true);
  });
});

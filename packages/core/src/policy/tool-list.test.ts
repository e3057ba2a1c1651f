import { describe, expect, it } from '@jest/globals';
import { ToolList } from './tool-list.js';

describe('ToolList', () => {
  it('lists every entry that a name meets, in the order of the list', () => {
    const list = new ToolList(['z*', 'shell', '*', 'sh*', 'other']);

    expect(list.matches('shell').map(({ index }) => index)).toEqual([1, 2, 3]);
  });

  it('sees look-alikes only where it is asked to', () => {
    const disguised = 'sh\u0435ll';

    expect(new ToolList(['shell']).matches(disguised)).toEqual([]);
    expect(new ToolList(['shell'], { lookAlikes: true }).matches(disguised)).toEqual([{ index: 0, pattern: 'shell', lookAlike: true }]);
  });

  it('calls a true match no look-alike', () => {
    expect(new ToolList(['shell'], { lookAlikes: true }).matches('shell')).toEqual([{ index: 0, pattern: 'shell', lookAlike: false }]);
  });

  it('tells names in plain ASCII apart, however alike they look', () => {
    expect(new ToolList(['tool_1', 'modern'], { lookAlikes: true }).matches('tool_l')).toEqual([]);
    expect(new ToolList(['modem'], { lookAlikes: true }).matches('modern')).toEqual([]);
  });

  it('reports the first of equal entries', () => {
    expect(new ToolList(['x', 'a', 'a', 'a*', 'a*']).matches('a').map(({ index }) => index)).toEqual([1, 3]);
  });
});

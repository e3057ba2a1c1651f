import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bytesText, counted, countsText, durationText } from './amounts.js';
import { shapeOf } from './shape.js';
import { cut, renderTable } from './table.js';

describe('amounts', () => {
  it('counts one thing and many things', () => {
    expect([counted(1, 'entry', 'entries'), counted(1200, 'entry', 'entries'), counted(0, 'file')]).toEqual(['1 entry', '1,200 entries', '0 files']);
  });

  it('writes bytes in the unit that fits', () => {
    expect([bytesText(0), bytesText(999), bytesText(1_000), bytesText(8_000_000), bytesText(5e15)]).toEqual([
      '0 bytes', '999 bytes', '1.0 kB', '8.0 MB', '5000.0 TB',
    ]);
  });

  it('writes durations in the unit that fits', () => {
    expect([durationText(0.25), durationText(12), durationText(1_500), durationText(60_000), durationText(3_600_000)]).toEqual([
      '0.3 ms', '12 ms', '1.5 s', '60 s', '3,600 s',
    ]);
  });

  it('names what was counted most first', () => {
    expect(countsText({ phone: 1, email: 2, ssn: 1 })).toBe('email ×2, phone, ssn');
  });
});

describe('renderTable', () => {
  it('aligns columns and leaves the last one ragged', () => {
    expect(renderTable([['a', 'bb', 'c'], ['aaa', 'b', 'cc']], { indent: '  ' })).toBe('  a    bb  c\n  aaa  b   cc\n');
  });

  it('gives colours no room', () => {
    expect(renderTable([['\x1b[32mok\x1b[39m', 'x'], ['four', 'y']])).toBe('\x1b[32mok\x1b[39m    x\nfour  y\n');
  });

  it('cuts the last column to the width of the terminal', () => {
    expect(renderTable([['a', 'a long last column']], { width: 16 })).toBe('a  a long last …\n');
  });

  it('does not cut where nothing would be left', () => {
    expect(renderTable([['a long first column', 'last']], { width: 22 })).toBe('a long first column  last\n');
  });

  it('prints nothing for no rows', () => {
    expect(renderTable([])).toBe('');
  });

  it('never cuts inside a character', () => {
    expect(cut('ab🙂cd', 4)).toBe('ab…');
  });
});

describe('shapeOf', () => {
  it('shows how a value is built', () => {
    expect([shapeOf('john.doe@example.com'), shapeOf('4111 1111')]).toEqual(['****.***@*******.***', '**** ****']);
  });

  it('shows no letter and no digit of it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        expect(shapeOf(value)).toMatch(/^[@.\-+/:_ ()*]{0,40}…?$/);
      }),
    );
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { NotJson, readPythonJson } from './read-json.js';
import { byCodePoint, pythonFloat, pythonText, writePythonJson } from './write-json.js';

function rewritten(text: string): string {
  return writePythonJson(readPythonJson(text), false);
}

describe('readPythonJson', () => {
  it('reads whatever JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.json({ depthSize: 'small' }), fc.constantFrom('', ' ', '\n\t'), (text, space) => {
        expect(JSON.parse(rewritten(`${space}${text}${space}`))).toEqual(JSON.parse(text));
      }),
    );
  });

  it('refuses with its own error whatever JSON.parse refuses, but for NaN and Infinity', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...Array.from('{}[]",:\\u0e+-.1tn \x01')), maxLength: 12 }), (text) => {
        let fits = true;
        try {
          JSON.parse(text);
        } catch {
          fits = false;
        }

        if (fits) expect(() => readPythonJson(text)).not.toThrow();
        else expect(() => readPythonJson(text)).toThrow(NotJson);
      }),
    );
  });

  it.each(['', '{', '{"a"', '{"a":', '{"a":1', '{"a":1,}', '[1', '[1,]', '"a', '"\\', '"\\u12', '"\\x"', '01', '1.', '-', '+1', 'nul', 'nan', '1 2', '{a:1}'])(
    'refuses %j',
    (text) => {
      expect(() => readPythonJson(text)).toThrow(NotJson);
    },
  );

  it('refuses what is nested a million deep, without a stack overflow', () => {
    expect(() => readPythonJson('['.repeat(1_000_000))).toThrow('nested too deep');
  });

  it('keeps the digits of whole numbers of any size', () => {
    expect(rewritten('123456789012345678901234567890')).toBe('123456789012345678901234567890');
  });

  it('reads a negative whole zero as the zero that Python makes of it', () => {
    expect(rewritten('[-0,-0.0]')).toBe('[0,-0.0]');
  });

  it('reads the numbers that JSON does not have and Python writes', () => {
    expect(rewritten('[NaN,Infinity,-Infinity,1e999]')).toBe('[NaN,Infinity,-Infinity,Infinity]');
  });

  it('keeps a member called __proto__', () => {
    expect(rewritten('{"__proto__":1}')).toBe('{"__proto__":1}');
  });

  it('gives both members of a repeated key, of which writing keeps the last as Python does', () => {
    const value = readPythonJson('{"a":1,"b":2,"a":3}');

    expect(value).toMatchObject({ members: [{ key: 'a' }, { key: 'b' }, { key: 'a' }] });
    expect(writePythonJson(value, false)).toBe('{"a":3,"b":2}');
  });
});

describe('what Python writes', () => {
  it.each([
    [1, '1.0'], [0, '0.0'], [-0, '-0.0'], [0.1, '0.1'], [123.456, '123.456'], [1e-4, '0.0001'], [1e-5, '1e-05'], [1.5e-7, '1.5e-07'], [1e15, '1000000000000000.0'],
    [1e16, '1e+16'], [1.25e22, '1.25e+22'], [1e100, '1e+100'], [5e-324, '5e-324'], [1.7976931348623157e308, '1.7976931348623157e+308'], [9007199254740992, '9007199254740992.0'],
    [-2.5, '-2.5'], [NaN, 'NaN'], [-Infinity, '-Infinity'],
  ])('spells the double %d as %s', (value, text) => {
    expect(pythonFloat(value)).toBe(text);
  });

  it('reads back as the same double', () => {
    fc.assert(fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => Object.is(Number(pythonFloat(value)), value)));
  });

  it('escapes every unit outside of printable ASCII, and the delete character', () => {
    expect(pythonText('a/"\\\b\f\n\r\t\0\x7fé\u2028😀\ud800')).toBe('"a/\\"\\\\\\b\\f\\n\\r\\t\\u0000\\u007f\\u00e9\\u2028\\ud83d\\ude00\\ud800"');
  });

  it('sorts keys by code point where UTF-16 sorts otherwise', () => {
    expect(['\u{1f600}', '\uffff', 'b', 'a', 'ab', ''].sort(byCodePoint)).toEqual(['', 'a', 'ab', 'b', '\uffff', '\u{1f600}']);
    expect(writePythonJson(readPythonJson('{"\\ud83d\\ude00":1,"\\uffff":[{"b":null,"a":true}]}'), true)).toBe('{"\\uffff":[{"a":true,"b":null}],"\\ud83d\\ude00":1}');
  });
});

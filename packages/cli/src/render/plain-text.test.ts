import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { jsonText, prettyJson } from './json-text.js';
import { plainLines, plainText } from './plain-text.js';

const steering = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

describe('plainText', () => {
  it('leaves ordinary text alone', () => {
    expect(plainText('Grüße, 世界 🙂')).toBe('Grüße, 世界 🙂');
  });

  it('writes out terminal escapes, line ends and direction marks', () => {
    expect(plainText('\x1b[2J\r\n\t\x9b1m\u202e\u2028\u{e0041}')).toBe('\\x1b[2J\\r\\n\\t\\x9b1m\\u202e\\u2028\\u{e0041}');
  });

  it('writes out half characters', () => {
    expect(plainText('a\ud800b')).toBe('a\\ud800b');
  });

  it('lets nothing through that could steer a terminal', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(plainText(text)).not.toMatch(steering);
      }),
    );
  });

  it('keeps lines as lines when asked to', () => {
    expect(plainLines('a\nb\x07')).toBe('a\nb\\x07');
  });
});

describe('jsonText', () => {
  it('escapes what JSON leaves and a terminal obeys', () => {
    expect(jsonText({ a: '\x9b\u202e\x7f\u{e0041}' })).toBe('{"a":"\\u009b\\u202e\\u007f\\udb40\\udc41"}');
  });

  it('means what it meant before', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
        const plain: unknown = JSON.parse(JSON.stringify(value));
        expect(JSON.parse(jsonText(value))).toEqual(plain);
        expect(JSON.parse(prettyJson(value))).toEqual(plain);
      }),
    );
  });
});

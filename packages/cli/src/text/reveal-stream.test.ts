import { describe, expect, it } from '@jest/globals';
import { MemoryVault } from '@enforcecore/redact';
import fc from 'fast-check';
import { RevealStream } from './reveal-stream.js';

const vault = new MemoryVault();
const [ann, bob] = [vault.tokenFor('email', 'ann@example.com'), vault.tokenFor('phone', '555-123-4567')];

describe('RevealStream', () => {
  it('answers the same however the text is cut', () => {
    const part = fc.constantFrom(ann, bob, ann.slice(0, 4), '⟦', '⟧', '\n', 'words ', '⟦EMAIL_9⟧');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), fc.integer({ min: 1, max: 9 }), (parts, size) => {
        const text = parts.join('');
        const whole = new RevealStream(vault);
        const expected = whole.push(text) + whole.flush();
        const stream = new RevealStream(vault);

        let out = '';
        for (let at = 0; at < text.length; at += size) out += stream.push(text.slice(at, at + size));
        out += stream.flush();

        expect([out, stream.counts]).toEqual([expected, whole.counts]);
      }),
    );
  });

  it('holds nothing back that cannot become a token', () => {
    const stream = new RevealStream(vault);

    expect([stream.push('plain ⟦EMA'), stream.push('x'.repeat(90)), stream.push('⟦a\n')]).toEqual(['plain ', `⟦EMA${'x'.repeat(90)}`, '⟦a\n']);
  });
});

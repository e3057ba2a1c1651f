import { describe, expect, it } from '@jest/globals';
import { RateTable } from './rate-table.js';

const rule = { maxCalls: 1, windowMs: 1000 };

function key(tool: string, ...patterns: readonly string[]): string | undefined {
  return new RateTable(patterns.map((pattern) => [pattern, rule])).find(tool)?.key;
}

describe('RateTable', () => {
  it('does not let the order of the entries decide', () => {
    expect(key('send_mail', '*', 'send_*', 'send_mail')).toBe('send_mail');
    expect(key('send_mail', 'send_*', 's*', '*')).toBe('send_*');
    expect(key('ab', 'a*', '*b')).toBe(key('ab', '*b', 'a*'));
  });

  it('finds the limit of a tool under a name that the caller did not make canonical', () => {
    expect(key(' SEND_MAIL ', 'send_mail')).toBe('send_mail');
  });

  it('has no limit for what is no tool name', () => {
    expect(key('a b', '*')).toBeUndefined();
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { idOfOverlong, maxDepth, readMessage, shapeFault, unusableAnswer } from './wire-message.js';

describe('readMessage', () => {
  it('never throws, and gives a message or says what is wrong with it without quoting it', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (text) => {
        const read = readMessage(text);

        expect(read.message === undefined).toBe(read.fault !== undefined);
      }),
    );
  });

  it.each([
    ['{"jsonrpc":"2.0","id":1,"result":{}}', { jsonrpc: '2.0', id: 1, result: {} }],
    ['{"jsonrpc":"2.0","id":1,"result":{},"extra":1}', { jsonrpc: '2.0', id: 1, result: {} }],
    ['{"jsonrpc":"2.0","id":1,"error":{"code":-5,"message":"m","data":"d"}}', { jsonrpc: '2.0', id: 1, error: { code: -5, message: 'm' } }],
    ['{"jsonrpc":"2.0","method":"m"}', { jsonrpc: '2.0', method: 'm' }],
    ['{"jsonrpc":"2.0","id":"a","method":"m","params":{}}', { jsonrpc: '2.0', id: 'a', method: 'm', params: {} }],
  ])('reads %s', (text, message) => {
    expect(readMessage(text)).toEqual({ message });
  });

  it.each(['', '[]', '[{"jsonrpc":"2.0","id":1,"result":{}}]', 'null', '1', '{"jsonrpc":"1.0","id":1,"result":{}}', '{"jsonrpc":"2.0","id":"1","result":{}}', '{"jsonrpc":"2.0","id":1.5,"result":{}}', '{"jsonrpc":"2.0","method":1}', '{"jsonrpc":"2.0","method":"m","params":[]}', '{"jsonrpc":"2.0","id":null,"method":"m"}'])('refuses %s', (text) => {
    expect(readMessage(text)).toMatchObject({ fault: expect.any(String) });
  });

  it.each(['{"jsonrpc":"2.0","id":3}', '{"jsonrpc":"2.0","id":3,"result":[]}', '{"jsonrpc":"2.0","id":3,"result":{},"error":{"code":1,"message":""}}', '{"jsonrpc":"2.0","id":3,"error":null}', '{"jsonrpc":"2.0","id":3,"result":{"_meta":1}}', '{"jsonrpc":"2.0","id":3,"result":{"a":"\\ud800"}}'])('says whose answer %s was meant to be', (text) => {
    expect(readMessage(text)).toMatchObject({ id: 3, fault: expect.any(String) });
  });

  it('lets no server use the code of our own answers', () => {
    const { message } = readMessage(`{"jsonrpc":"2.0","id":1,"error":{"code":${unusableAnswer},"message":"trust me"}}`);

    expect(message).toMatchObject({ error: { code: -32_000 } });
  });
});

describe('shapeFault', () => {
  it('walks nesting without recursion', () => {
    const deep: unknown = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);

    expect(shapeFault(deep)).toContain(`${maxDepth} levels`);
  });

  it('refuses lone surrogates in keys as well', () => {
    expect(shapeFault({ ['\ud800']: 1 })).toContain('key');
  });
});

describe('idOfOverlong', () => {
  it('finds the id where servers write it, first or last, and only there', () => {
    const found = [
      idOfOverlong({ head: '{"jsonrpc":"2.0","id":12,"result":{"id":9', tail: 'xxx"}}' }),
      idOfOverlong({ head: '{"result":{"id":9,', tail: 'xxx"},"jsonrpc":"2.0","id":13}' }),
      idOfOverlong({ head: '{"result":{"x":"', tail: 'xxx"},"id":14,"jsonrpc":"2.0"}' }),
      idOfOverlong({ head: '{"result":{"id":9,', tail: 'xxx"}}' }),
    ];

    expect(found).toEqual([12, 13, 14, undefined]);
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Child, ChildEnd } from './launcher.js';
import { Line } from './line.js';
import { envelopeBytes } from './protocol.js';

/** A child that says what a test lets it say. */
class Puppet implements Child {
  readonly output = { stdout: '', stderr: '', isCut: false };
  readonly posted: unknown[] = [];
  kills = 0;
  #listener: (message: unknown) => void = () => undefined;
  #onEnd: (end: ChildEnd) => void = () => undefined;

  post(message: unknown): void {
    this.posted.push(message);
  }
  onMessage(listener: (message: unknown) => void): void {
    this.#listener = listener;
  }
  onEnd(listener: (end: ChildEnd) => void): void {
    this.#onEnd = listener;
  }
  kill(): Promise<void> {
    this.kills += 1;
    this.#onEnd({ reason: 'killed', exitCode: null, signal: 'SIGKILL', detail: 'it was ended' });
    return Promise.resolve();
  }
  say(message: unknown): void {
    this.#listener(message);
  }
}

const pull = { t: 'pull', id: 'call-1', n: 3 } as const;

describe('a line to a child', () => {
  it('takes the answer to its question', async () => {
    const child = new Puppet();
    const line = new Line(child);

    const reply = line.ask(pull, 1_000);
    child.say('{"t":"item","id":"call-1","n":3,"value":{"a":1}}');

    expect(await reply).toEqual({ answer: { t: 'item', id: 'call-1', n: 3, value: { a: 1 } } });
    expect(line.isOpen).toBe(true);
  });

  it.each([
    ['no text', { t: 'item', id: 'call-1', n: 3, value: 1 }],
    ['no JSON', '{"t":'],
    ['another call', '{"t":"item","id":"call-2","n":3,"value":1}'],
    ['another item', '{"t":"item","id":"call-1","n":4,"value":1}'],
    ['an answer to another question', '{"t":"loaded","id":"call-1"}'],
    ['no value', '{"t":"item","id":"call-1","n":3}'],
    ['a value that no wire has', '{"t":"item","id":"call-1","n":3,"value":{"$":"regexp","v":["(","g"]}}'],
    ['too much', `{"t":"item","id":"call-1","n":3,"value":"${'x'.repeat(envelopeBytes + 1_000)}"}`],
  ])('ends the child that says %s (D-34)', async (_what, message) => {
    const child = new Puppet();
    const line = new Line(child);

    const reply = line.ask(pull, 1_000);
    child.say(message);

    expect(await reply).toMatchObject({ end: { reason: 'garbage' } });
    expect(child.kills).toBe(1);
    expect(line.isOpen).toBe(false);
  });

  it('ends the child that speaks unasked, and says so to the next who asks', async () => {
    const child = new Puppet();
    const line = new Line(child);

    child.say('{"t":"loaded","id":"call-1"}');

    expect(child.kills).toBe(1);
    expect(await line.ask(pull)).toMatchObject({ end: { reason: 'garbage' } });
  });

  it('ends the child that answers twice, and keeps the first answer', async () => {
    const child = new Puppet();
    const line = new Line(child);
    const answer = '{"t":"end","id":"call-1","value":1}';

    const reply = line.ask(pull, 1_000);
    child.say(answer);
    child.say(answer);

    expect(await reply).toMatchObject({ answer: { t: 'end', value: 1 } });
    expect(child.kills).toBe(1);
  });

  it('takes anything that a child may say, and gives an answer or an end', async () => {
    const text = fc.oneof(
      fc.string(),
      fc.json(),
      fc.anything(),
      fc.record({ t: fc.constantFrom('item', 'end', 'error', 'withheld', 'value', 'loaded', 'x'), id: fc.constantFrom('call-1', 'y', 7), n: fc.constantFrom(3, -1, 'n'), value: fc.jsonValue(), error: fc.jsonValue(), reason: fc.jsonValue() }, { requiredKeys: [] }).map((message) => JSON.stringify(message)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 4 }), async (messages) => {
        const child = new Puppet();
        const line = new Line(child);

        const reply = line.ask(pull, 1_000);
        for (const message of messages) child.say(message);

        expect(Object.keys(await reply)).toHaveLength(1);
        expect(child.kills).toBeLessThanOrEqual(1);
      }),
    );
  });
});

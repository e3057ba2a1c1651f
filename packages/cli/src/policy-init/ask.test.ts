import { describe, expect, it } from '@jest/globals';
import { PassThrough } from 'node:stream';
import { askAnswers, type GivenAnswers, type Terminal } from './ask.js';

/** A terminal at which somebody types: each answer when the next question is shown. */
function typing(...answers: readonly string[]): Terminal & { readonly shown: () => string } {
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => undefined });
  const output = Object.assign(new PassThrough(), { isTTY: true, columns: 80, rows: 24 });
  let shown = '';
  const left = [...answers];
  let questions = 0;
  output.on('data', (chunk: Buffer) => {
    shown += chunk.toString();
    const asked = shown.split('?').length - 1;
    if (asked <= questions || left.length === 0) return;
    questions = asked;
    const answer = left.shift() ?? '';
    setImmediate(() => {
      input.write(answer);
    });
  });
  return { input, output, shown: () => shown };
}

function ask(given: GivenAnswers, terminal: Terminal): ReturnType<typeof askAnswers> {
  return askAnswers(given, 'desk', terminal);
}

const [enter, down, cancel] = ['\r', '\x1b[B', '\x03'];

describe('askAnswers', () => {
  it('asks nothing that the command line said', async () => {
    const terminal = typing();

    const answers = await ask({ name: 'n', profile: 'data', tools: ['a'], pii: false }, terminal);

    expect(answers).toEqual({ name: 'n', profile: 'data', tools: ['a'], pii: false });
    expect(terminal.shown()).toBe('');
  });

  it('takes what is shown for an empty answer', async () => {
    expect(await ask({ profile: 'data', tools: ['a'], pii: true }, typing(enter))).toMatchObject({ name: 'desk' });
  });

  it('lets somebody choose a profile', async () => {
    expect(await ask({ name: 'n', tools: ['a'], pii: true }, typing(`${down}${enter}`))).toMatchObject({ profile: 'support-desk' });
  });

  it('is given up with Ctrl-C', async () => {
    expect(await ask({ name: 'n', profile: 'data', tools: ['a'] }, typing(cancel))).toBeUndefined();
  });
});

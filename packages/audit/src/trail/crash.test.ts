import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { LONGER, outputOf } from './kit.test.kit.js';

const RUN = fileURLToPath(new URL('../../test/crash/run.mjs', import.meta.url));

describe('writers that are killed with SIGKILL at random moments', () => {
  it.each([['process', 6], ['power', 4]])('lose nothing that was acknowledged in mode %s, rotating and in threads too', async (mode, fewest) => {
    const rounds = fewest * LONGER;
    const args = ['--mode', mode, '--rounds', String(rounds), '--threads', '3', '--seed', '5'];
    const child = spawn(process.execPath, [RUN, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = once(child, 'close');
    const output = await outputOf(child);
    const [code] = await ended;

    expect([code, JSON.parse(output)]).toMatchObject([0, { kills: 3 * rounds, faults: 0 }]);
  }, 120_000 * LONGER);
});

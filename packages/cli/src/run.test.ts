import { afterAll, describe, expect, it } from '@jest/globals';
import { Folder, goodPolicy } from './files.test.kit.js';
import { runCli } from './io.test.kit.js';
import { ownVersion } from './version.js';

const folder = new Folder();
const policy = folder.file('good.yaml', goodPolicy);
afterAll(() => {
  folder.remove();
});

const commands = ['info', 'validate', 'dry-run', 'verify', 'inspect', 'scan', 'redact', 'reveal'];

describe('the command line', () => {
  it('prints its version', async () => {
    const { code, out } = await runCli(['--version']);

    expect([code, out]).toEqual([0, `${ownVersion()}\n`]);
  });

  it('prints its help with every command', async () => {
    const { code, out, err } = await runCli(['--help']);

    expect([code, err]).toEqual([0, '']);
    for (const command of commands) expect(out).toMatch(new RegExp(`^  ${command} `, 'm'));
  });

  it.each(commands)('explains %s with examples, exit codes and --json', async (command) => {
    const { code, out } = await runCli([command, '--help']);

    expect(code).toBe(0);
    expect(out).toContain(`  $ enforcecore ${command}`);
    expect(out).toMatch(/Exit codes:\n {2}0 .+\n {2}1 .+\n {2}2 /);
    expect(out).toContain('--json');
  });

  it('refuses no command at all, and shows the help on standard error', async () => {
    const { code, out, err } = await runCli([]);

    expect([code, out]).toEqual([2, '']);
    expect(err).toContain('Usage: enforcecore');
  });

  it('suggests the command that was meant', async () => {
    const { code, err } = await runCli(['vlidate']);

    expect([code, err]).toEqual([2, "enforcecore: unknown command 'vlidate' (Did you mean validate?)\n"]);
  });

  it('suggests the option that was meant', async () => {
    const { code, err } = await runCli(['scan', '--txet', 'x']);

    expect([code, err]).toEqual([2, "enforcecore: unknown option '--txet' (Did you mean --text?)\n"]);
  });

  it('says which argument is missing', async () => {
    const { code, err } = await runCli(['validate']);

    expect([code, err]).toEqual([2, "enforcecore: missing required argument 'file'\n"]);
  });

  it('neutralises what it quotes from the command line', async () => {
    const { err } = await runCli(['x\x1b[2J']);

    expect(err).toBe("enforcecore: unknown command 'x\\x1b[2J'\n");
  });

  it('says an error in one line, and shows the stack only with DEBUG', async () => {
    const plain = await runCli(['inspect', folder.at('none')]);
    const debug = await runCli(['inspect', folder.at('none')], { env: { DEBUG: '1' } });

    expect(plain.err).toBe(`enforcecore: cannot read trail ${folder.at('none')}: it does not exist: check the path\n`);
    expect(debug.err).toMatch(/\n {4}at /);
  });

  it('ends quietly when nobody reads its output', async () => {
    const { code, err } = await runCli(['validate', policy, policy], { closesAfter: 1 });

    expect([code, err]).toEqual([0, '']);
  });

  it('remembers what it found before nobody read its output any more', async () => {
    const { code, err } = await runCli(['scan', '--text', 'a@example.com', '--json'], { closesAfter: 0 });

    expect([code, err]).toEqual([1, '']);
  });
});

describe('colours', () => {
  it('are for terminals', async () => {
    const watched = await runCli(['validate', policy], { terminal: 80 });
    const piped = await runCli(['validate', policy]);

    expect(watched.out).toContain('\x1b[32mok\x1b[39m');
    expect(piped.out).not.toContain('\x1b');
  });

  it.each([{ NO_COLOR: '1' }, { TERM: 'dumb' }])('are left out with %p', async (env) => {
    const { out } = await runCli(['validate', policy], { terminal: 80, env });

    expect(out).not.toContain('\x1b');
  });

  it('do not mind an empty NO_COLOR', async () => {
    const { out } = await runCli(['validate', policy], { terminal: 80, env: { NO_COLOR: '' } });

    expect(out).toContain('\x1b[32m');
  });
});

describe('the log', () => {
  it('is silent until asked', async () => {
    const { err } = await runCli(['validate', policy]);

    expect(err).toBe('');
  });

  it.each([[['--verbose'], {}], [[], { ENFORCECORE_LOG_LEVEL: 'info' }]])('is JSON on standard error with %j %j', async (flags, env) => {
    const { out, err } = await runCli(['validate', policy, ...flags], { env });

    const lines = err.trimEnd().split('\n').map((line) => JSON.parse(line) as object);
    expect(lines).toEqual([
      { level: 'info', message: 'command started', command: 'validate', timestamp: '1970-01-01T00:00:00.000Z' },
      { level: 'info', message: 'command ended', command: 'validate', exitCode: 0, durationMs: 250, timestamp: '1970-01-01T00:00:00.000Z' },
    ]);
    expect(out).toMatch(/^ok/);
  });

  it('leaves out what is below its level', async () => {
    const { err } = await runCli(['validate', policy], { env: { ENFORCECORE_LOG_LEVEL: 'warning' } });

    expect(err).toBe('');
  });

  it('refuses a level that is none', async () => {
    const { code, err } = await runCli(['validate', policy], { env: { ENFORCECORE_LOG_LEVEL: 'loud' } });

    expect([code, err]).toEqual([2, 'enforcecore: ENFORCECORE_LOG_LEVEL must be debug, info, warn or error\n']);
  });
});

import { generateKeyPair, KeySigner, parseCheckpoint, parseSignedNote, parseVerifierKey, readTrail, verifyNote, verifyTrail, type CheckpointRecord } from '@enforcecore/audit';
import { createWitness, isSatisfied, parseWitnessPolicy } from '@enforcecore/audit/witness';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Clock, createContainer, enforce, Logger, Policy, type EnforceContainer, type Settings } from '../src/index.js';
import { FakeClock } from '../src/testing/index.js';
import { removeTempFolders, tempFolder } from './kit.js';

afterAll(removeTempFolders);

function containerOn(auditPath: string, settings: Partial<Settings> = {}): EnforceContainer {
  return createContainer({ policy: Policy.from({ name: 'p', rules: {} }), environment: {}, settings: { auditPath, ...settings } });
}

function checkpointsIn(folder: string): readonly CheckpointRecord[] {
  const file = join(folder, 'trail.jsonl.checkpoints');
  if (!existsSync(file)) return [];
  // Written by the trail under test.
  return readFileSync(file, 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line) as CheckpointRecord);
}

const sizesIn = (folder: string): readonly number[] => checkpointsIn(folder).map(({ note }) => parseCheckpoint(parseSignedNote(note, { allowUnsigned: true }).text).size);

/** Waits for what happens in the background, in small steps; the bound is there so that a failure is no hang. */
async function until(isTrue: () => boolean): Promise<void> {
  for (let i = 0; i < 1_000 && !isTrue(); i += 1) await new Promise((resolve) => setTimeout(resolve, 10));
}

interface Syncs {
  readonly blocking: number;
  readonly shared: number;
  readonly before: string;
  readonly after: string;
}

/** Counts the syncs that a synchronous and 64 asynchronous calls ask of the disk in each mode, in a process whose `node:fs` is wrapped. */
function syncsOfModes(): Readonly<Record<string, Syncs>> {
  const folders = { process: tempFolder(), power: tempFolder(), buffered: tempFolder() };
  const program = `
    import fs from 'node:fs';
    import { syncBuiltinESMExports } from 'node:module';
    const counts = { blocking: 0, shared: 0 };
    const { fdatasyncSync, fdatasync } = fs;
    fs.fdatasyncSync = (...args) => { counts.blocking += 1; return fdatasyncSync(...args); };
    fs.fdatasync = (...args) => { counts.shared += 1; return fdatasync(...args); };
    syncBuiltinESMExports();
    const { createContainer, enforce, Policy } = await import('@enforcecore/core');
    const found = {};
    for (const [auditDurability, auditPath] of Object.entries(${JSON.stringify(folders)})) {
      const settings = { auditPath, auditDurability, auditCheckpointEntries: 0, auditCheckpointSeconds: 0 };
      const container = createContainer({ policy: Policy.from({ name: 'p', rules: {} }), environment: {}, settings });
      const linesNow = () => fs.readFileSync(auditPath + '/trail.jsonl', 'utf8').split('\\n').length - 1;
      const once = enforce(() => 1, { container, tool: 'sync' });
      once();
      const opening = { ...counts };
      once();
      const blocking = counts.blocking - opening.blocking;
      const before = linesNow();
      const tool = enforce(async (n) => n, { container, tool: 'async' });
      await Promise.all(Array.from({ length: 64 }, (_, i) => tool(i)));
      const shared = counts.shared - opening.shared + counts.blocking - opening.blocking - blocking;
      await container.close();
      found[auditDurability] = { blocking, shared, before: String(before), after: String(linesNow()) };
    }
    console.log(JSON.stringify(found));`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--no-warnings', '--input-type=module', '-e', program], {
    encoding: 'utf8', cwd: fileURLToPath(new URL('..', import.meta.url)),
  });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as ReturnType<typeof syncsOfModes>; // printed above
}

describe('auditDurability', () => {
  let syncs: ReturnType<typeof syncsOfModes> = {};
  beforeAll(() => {
    syncs = syncsOfModes();
  });

  it('process: asks no sync of the disk, and has every entry in the file at once', () => {
    expect(syncs['process']).toEqual({ blocking: 0, shared: 0, before: '2', after: '66' });
  });

  it('power: syncs intent and entry of a synchronous call, and shares syncs among asynchronous ones', () => {
    const { blocking, shared = Number.NaN, before, after } = syncs['power'] ?? {};

    expect(blocking).toBe(2);
    expect(shared).toBeGreaterThanOrEqual(2);
    expect(shared).toBeLessThan(32);
    expect([before, after]).toEqual(['2', '66']);
  });

  it('buffered: holds entries back, and has written all of them when the container is closed', () => {
    expect(syncs['buffered']).toEqual({ blocking: 0, shared: 0, before: '0', after: '66' });
  });

  it('is read from the environment', () => {
    const container = createContainer({ environment: { ENFORCECORE_AUDIT_DURABILITY: 'power' } });

    expect(container.house.services.settings.auditDurability).toBe('power');
  });
});

describe('checkpoints', () => {
  it('are made after auditCheckpointEntries, and at the end', async () => {
    const folder = tempFolder();
    const container = containerOn(folder, { auditCheckpointEntries: 4, auditCheckpointSeconds: 0 });
    const tool = enforce(() => 1, { container, tool: 't' });
    for (let i = 0; i < 10; i += 1) tool();
    await container.close();

    expect(sizesIn(folder)).toEqual(expect.arrayContaining([4, 8, 10]));
  });

  it('are made auditCheckpointSeconds after an entry', async () => {
    const folder = tempFolder();
    const container = containerOn(folder, { auditCheckpointEntries: 0, auditCheckpointSeconds: 0.02 });
    enforce(() => 1, { container, tool: 't' })();
    await until(() => sizesIn(folder).length > 0);

    expect(sizesIn(folder)).toEqual([1]);
    await container.close();
  });

  it.each(['auditKey', 'auditKeyFile'] as const)('are signed with %s', async (setting) => {
    const folder = tempFolder();
    const { signingKey, verifierKey } = generateKeyPair('example.com/audit');
    const file = join(tempFolder(), 'signing.key');
    writeFileSync(file, `${signingKey}\n`, { mode: 0o600 });
    const container = containerOn(folder, { [setting]: setting === 'auditKey' ? signingKey : file });
    enforce(() => 1, { container, tool: 't' })();
    await container.close();

    const note = parseSignedNote(checkpointsIn(folder).at(-1)?.note ?? '');
    const { verified } = await verifyNote(note, [parseVerifierKey(verifierKey)]);
    expect(verified).toHaveLength(1);
    expect(parseCheckpoint(note.text)).toMatchObject({ origin: 'example.com/audit', size: 1 });
  });

  it('whose key cannot be read block calls, without telling of it, and work again when it can', () => {
    const folder = tempFolder();
    const { signingKey } = generateKeyPair('example.com/audit');
    const file = join(folder, 'signing.key');
    writeFileSync(file, signingKey, { mode: 0o644 });
    chmodSync(file, 0o644);
    let ran = 0;
    const tool = enforce(() => { ran += 1; }, { container: containerOn(folder, { auditKeyFile: file }), tool: 't' });

    expect(tool).toThrow(expect.objectContaining({ code: 'AUDIT', cause: expect.objectContaining({ code: 'KEY', message: expect.not.stringContaining(signingKey) }) }));
    expect(ran).toBe(0);
    chmodSync(file, 0o600);
    tool();
    expect(ran).toBe(1);
  });
});

describe('auditWitnessPolicy', () => {
  const log = generateKeyPair('example.com/audit');
  const settingsFor = (policy: string): Partial<Settings> => {
    const auditWitnessPolicy = join(tempFolder(), 'witnesses');
    writeFileSync(auditWitnessPolicy, policy);
    return { auditKey: log.signingKey, auditCheckpointEntries: 1, auditWitnessPolicy };
  };

  it('has every new checkpoint confirmed by its witnesses, beside the one that the log signed', async () => {
    const folder = tempFolder();
    const witness = createWitness({
      signer: new KeySigner(generateKeyPair('witness.example/w').signingKey),
      logs: [{ origin: 'example.com/audit', keys: [parseVerifierKey(log.verifierKey)] }],
      folder: tempFolder(),
    });
    try {
      const { url } = await witness.listen();
      const policy = `log ${log.verifierKey}\nwitness w ${witness.verifierKey} ${url}\nquorum w\n`;
      const container = containerOn(folder, settingsFor(policy));
      const tool = enforce(async () => Promise.resolve(1), { container, tool: 't' });
      for (let i = 0; i < 3; i += 1) await tool();
      await container.close();

      const last = checkpointsIn(folder).at(-1)?.note ?? '';
      const read = parseWitnessPolicy(policy);
      expect(parseCheckpoint(parseSignedNote(last).text).size).toBe(3);
      expect(isSatisfied(read, await verifyNote(parseSignedNote(last), read.keys))).toBe(true);
    } finally {
      await witness.close();
    }
  });

  it('whose witnesses are out of reach warns, and lets calls go on with checkpoints that nobody else confirmed', async () => {
    const folder = tempFolder();
    const { verifierKey } = generateKeyPair('witness.example/w');
    const container = containerOn(folder, settingsFor(`witness w ${verifierKey} http://127.0.0.1:1\nquorum w\n`));
    const warnings: string[] = [];
    container.rebind(Logger).toConstantValue({ log: (level, message) => void warnings.push(`${level} ${message}`) });
    enforce(() => 1, { container, tool: 't' })();
    await container.close();

    expect(warnings).toContainEqual(expect.stringMatching(/^warn .*too few witnesses cosigned the checkpoint for the policy: .*witness\.example\/w: it is out of reach/));
    expect(sizesIn(folder)).toEqual([1]);
  });

  it('that is none blocks calls, and works when it is one', async () => {
    const folder = tempFolder();
    const settings = settingsFor('quorum nobody-defined');
    const container = containerOn(folder, settings);
    let ran = 0;
    const tool = enforce(() => { ran += 1; }, { container, tool: 't' });

    expect(tool).toThrow(expect.objectContaining({ code: 'AUDIT', cause: expect.objectContaining({ code: 'FORMAT' }) }));
    expect(ran).toBe(0);
    writeFileSync(settings.auditWitnessPolicy ?? '', 'quorum none');
    tool();
    expect(ran).toBe(1);
    await container.close();
  });

  it.each([
    ['names another log', (keys: readonly string[]) => `log ${String(keys[0])}\nwitness w ${String(keys[1])} http://127.0.0.1:1\nquorum w\n`],
    ['has too few witnesses with an address', (keys: readonly string[]) => `witness v ${String(keys[0])} http://127.0.0.1:1\nwitness w ${String(keys[1])}\ngroup g all v w\nquorum g\n`],
  ])('that %s blocks calls: they would go on, and nothing be witnessed', (_name, policy) => {
    const keys = ['other.example/x', 'witness.example/w'].map((name) => generateKeyPair(name).verifierKey);
    const container = containerOn(tempFolder(), settingsFor(policy(keys)));
    let ran = 0;

    expect(enforce(() => { ran += 1; }, { container, tool: 't' })).toThrow(
      expect.objectContaining({ code: 'AUDIT', message: expect.stringMatching(/the policy of auditWitnessPolicy, .*, can never be satisfied: expected addresses of enough witnesses/) }),
    );
    expect(ran).toBe(0);
  });
});

describe('auditRotateHours', () => {
  it('goes on in a new file when the first entry is that old', async () => {
    const folder = tempFolder();
    const clock = new FakeClock();
    const container = containerOn(folder, { auditRotateHours: 24, auditRotateMb: 0, auditCompress: false });
    container.rebind(Clock).toConstantValue(clock);
    const tool = enforce(() => 1, { container, tool: 't' });
    tool();
    clock.advance(23 * 3_600_000);
    tool();
    const before = readdirSync(folder);
    clock.advance(2 * 3_600_000);
    tool();
    await container.close();

    expect(before).not.toContain('trail.000001.jsonl');
    expect(readdirSync(folder)).toContain('trail.000001.jsonl');
    expect(readTrail(join(folder, 'trail.jsonl')).filter(({ kind }) => kind === 'call')).not.toHaveLength(0);
    expect(await verifyTrail(join(folder, 'trail.jsonl'))).toMatchObject({ valid: true });
  });
});

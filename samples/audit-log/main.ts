import { eraseFromTrail, generateKeyPair, KeySigner, migrate, openJsonlSource, openTrail, verifyStore, verifyTrail, type CallDraft } from '@enforcecore/audit';
import { InclusionProver, parseCheckpoint, parseSignedNote, parseVerifierKey, verifyInclusion } from '@enforcecore/audit/proof';
import { openSqliteStore } from '@enforcecore/audit/sqlite';
import { createWitness, parseWitnessPolicy, WitnessCosigner } from '@enforcecore/audit/witness';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = '.demo/audit-log';
const path = join(folder, 'trail.jsonl');

function call(i: number): CallDraft {
  return { call_id: `call-${String(i)}`, tool_name: 'find_customer', decision: 'allowed', outcome: 'ok', session: i % 3 === 0 ? 'visitor-7' : 'visitor-8' };
}

async function main(): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });

  // A witness usually runs elsewhere: `enforcecore audit witness serve`.
  const logKey = generateKeyPair('example.org/support-desk');
  const witnessKey = generateKeyPair('witness.example.net', 'cosignature/v1');
  const witness = createWitness({
    signer: new KeySigner(witnessKey.signingKey),
    logs: [{ origin: 'example.org/support-desk', keys: [parseVerifierKey(logKey.verifierKey)] }],
    folder: join(folder, 'witness'),
  });
  const { url } = await witness.listen(0, '127.0.0.1');
  const policyText = `witness one ${witnessKey.verifierKey} ${url}\nquorum one\n`;

  try {
    await write(logKey.signingKey, policyText);
    await judge(logKey.verifierKey, policyText);
    await prove(logKey.verifierKey);
    await erase(logKey.signingKey, logKey.verifierKey);
    await move(logKey.verifierKey);
  } finally {
    await witness.close();
  }
}

async function write(signingKey: string, policyText: string): Promise<void> {
  // #region write
  const trail = openTrail(path, {
    durability: 'power',
    signer: new KeySigner(signingKey),
    checkpointEntries: 10,
    cosigner: new WitnessCosigner({ policy: parseWitnessPolicy(policyText) }),
  });
  for (let i = 0; i < 25; i += 1) {
    const draft = call(i);
    trail.begin(draft);
    trail.append(draft);
  }
  await trail.close();
  // #endregion write
}

async function judge(key: string, witnessPolicy: string): Promise<void> {
  // #region verify
  const result = await verifyTrail(path, { keys: [key], witnessPolicy });
  console.log(result.valid ? 'valid' : 'NOT VALID', `${String(result.size)} lines, root ${result.root}`);
  for (const { name, status, detail } of result.checks) console.log(`  ${status.padEnd(8)}${name.padEnd(13)}${detail}`);
  // #endregion verify
  if (!result.valid) throw new Error('the trail should be valid');
}

/** One entry is shown to somebody who gets nothing else of the trail. */
async function prove(key: string): Promise<void> {
  // #region prove
  const source = openJsonlSource(path);
  const last = await source.lastCheckpoint();
  const { size, root } = parseCheckpoint(parseSignedNote(last?.note ?? '').text);
  const index = 7;
  const prover = new InclusionProver(index, size);
  let leaf = '';
  for await (const record of source.records(0, size)) {
    prover.add(record.hash);
    if (record.index === index) leaf = record.hash;
  }
  const included = verifyInclusion({ leaf, index, size, proof: prover.proof(), root });
  console.log(`entry ${String(index)} is in the log that ${key.split('+', 1)[0] ?? ''} signed: ${String(included)}`);
  // #endregion prove
  if (!included) throw new Error('the proof should hold');
}

async function erase(signingKey: string, key: string): Promise<void> {
  // #region erase
  const { erased } = await eraseFromTrail(path, { session: 'visitor-7' }, 'request of the person, 21 November', { signer: new KeySigner(signingKey) });
  const { valid } = await verifyTrail(path, { keys: [key] });
  console.log(`${String(erased)} entries erased; still ${valid ? 'valid' : 'NOT VALID'}`);
  // #endregion erase
  if (!valid || readFileSync(join(folder, 'trail.000001.jsonl'), 'utf8').includes('visitor-7')) throw new Error('erasing should leave a valid trail and no trace');
}

async function move(key: string): Promise<void> {
  // #region move
  const store = openSqliteStore(join(folder, 'audit.db'));
  const moved = await migrate(openJsonlSource(path), store);
  const { valid, root } = await verifyStore(store, { keys: [key] });
  console.log(`moved to SQLite: ${valid ? 'valid' : 'NOT VALID'}, same root: ${String(root === moved.root)}`);
  const page = await store.query({ session: 'visitor-8', limit: 3, order: 'desc' });
  for (const { index, entry } of page.entries) console.log(`  ${String(index)}  ${entry.timestamp.slice(0, 10)}  ${entry.tool_name ?? ''}  ${entry.outcome ?? ''}`);
  store.close();
  // #endregion move
  if (!valid) throw new Error('the moved log should be valid');
  writeFileSync(join(folder, 'key.txt'), `${key}\n`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});

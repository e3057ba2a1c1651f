import { createContainer, Vault, type EnforceContainer } from '@enforcecore/core';
import { EncryptedFileVault } from '@enforcecore/redact/node';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Desk, received } from './desk.js';

// Compiled to samples/dist/tokens; the policy lies beside the source.
const policy = new URL('../../tokens/policy.yaml', import.meta.url);
const auditPath = '.demo/tokens';

/** What a model would do: it reads results, speaks of what is in them, and calls the next tool. */
function agent(desk: Desk): Record<string, string> {
  // #region agent
  const customer = desk.find({ name: 'Mira' });
  desk.send({ to: customer.mail ?? '', text: `your number is ${customer.phone ?? ''}` });
  desk.post({ text: `wrote to ${customer.mail ?? ''}` });
  // #endregion agent
  return customer;
}

async function inMemory(): Promise<void> {
  // #region memory
  const container = createContainer({ policy, settings: { auditPath } }); // its vault lives as long as it does
  // #endregion memory
  const desk = deskOf(container);
  const customer = agent(desk);
  console.log('The model sees:     ', customer);
  for (const { tool, args } of received) console.log(`${tool} got:`.padEnd(21), args);

  // Tokens are turned back before the policy decides, so its rules see what would run.
  const eve = container.get(Vault).tokenFor('email', 'eve@elsewhere.test');
  console.log('Its result:         ', desk.send({ to: customer.mail ?? '', text: 'hello again' }));
  console.log('To another company: ', refusalOf(() => desk.send({ to: eve, text: 'hello' })));
  console.log('A token made up:    ', refusalOf(() => desk.send({ to: '⟦EMAIL_7·k3x9q2⟧', text: 'hello' })));
  await container.close();
}

// #region key
/** 32 bytes in a file that only its owner may read; in production they come from where your other keys do. */
function keyFrom(path: string): Uint8Array {
  if (!existsSync(path)) writeFileSync(path, randomBytes(32), { mode: 0o600, flag: 'wx' });
  return readFileSync(path);
}
// #endregion key

async function inAFile(): Promise<void> {
  rmSync('.demo/tokens-vault', { recursive: true, force: true });
  mkdirSync('.demo/tokens-vault', { recursive: true });
  const said: Record<string, string>[] = [];
  for (let start = 1; start <= 2; start += 1) {
    // #region file
    const vault = new EncryptedFileVault({ path: '.demo/tokens-vault/values.vault', key: keyFrom('.demo/tokens-vault/key'), suffix: true });
    const container = createContainer({ policy, settings: { auditPath } });
    container.rebind(Vault).toConstantValue(vault);
    // #endregion file
    said.push(deskOf(container).find({ name: 'Mira' }));
    if (start === 1) console.log('A second process:   ', refusalOf(() => new EncryptedFileVault({ path: '.demo/tokens-vault/values.vault', passphrase: 'another program' })));
    // #region close
    await container.close();
    vault.close(); // lets another process open it
    // #endregion close
  }
  console.log('After a restart:    ', said[0]?.mail === said[1]?.mail ? 'the same tokens' : 'other tokens');
  const file = readFileSync('.demo/tokens-vault/values.vault', 'latin1');
  console.log('In the vault file:  ', file.includes('northfjord') ? 'the address' : `${String(file.length)} bytes, no address`);
}

function deskOf(container: EnforceContainer): Desk {
  container.bind(Desk).toSelf();
  return container.get(Desk);
}

function refusalOf(call: () => unknown): string {
  try {
    return `passed: ${String(call())}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function main(): Promise<void> {
  rmSync(auditPath, { recursive: true, force: true });
  await inMemory();
  console.log();
  await inAFile();
  const trail = readFileSync(`${auditPath}/trail.jsonl`, 'utf8');
  const told = ['mira@northfjord.example', '212 555 0143', '0532 0130', '⟦EMAIL_1'].filter((text) => trail.includes(text));
  console.log('In the trail:       ', told.length === 0 ? 'no value and no token, only counts and digests' : told);
}

void main();

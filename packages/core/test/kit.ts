import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Auditor, createContainer, Policy, type EnforceContainer, type Settings } from '../src/index.js';
import { MemoryAuditor } from '../src/testing/index.js';

export interface TestHouse {
  readonly container: EnforceContainer;
  readonly auditor: MemoryAuditor;
}

/** A container with these rules, no environment, and entries kept in memory. */
export function houseWith(rules: object = {}, settings: Partial<Settings> = {}, top: object = {}): TestHouse {
  const container = createContainer({ policy: Policy.from({ name: 'test', rules, ...top }), environment: {}, settings });
  const auditor = new MemoryAuditor();
  container.rebind(Auditor).toConstantValue(auditor);
  return { container, auditor };
}

const folders: string[] = [];

export function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'enforcecore-test-'));
  folders.push(folder);
  return folder;
}

export function removeTempFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** What a body throws, for assertions on more than its message. */
export async function errorOf(body: () => unknown): Promise<unknown> {
  try {
    await body();
  } catch (error) {
    return error;
  }
  throw new Error('expected an error');
}

import type * as Cedar from '@cedar-policy/cedar-wasm/nodejs';
import { describe, expect, it } from '@jest/globals';
import { PolicyLoadError } from '@enforcecore/core';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { loadCedar, type CedarModule } from './cedar-module.js';

/** Optimises a caller of Cedar, and breaks what it was optimised for while Cedar runs. */
const deoptimise = `
  import { createRequire } from 'node:module';
  import { cedarEngine } from '@enforcecore/adapters/cedar';

  cedarEngine({ policies: '' });
  const cedar = createRequire(import.meta.url)('@cedar-policy/cedar-wasm/nodejs');
  cedar.preparsePolicySet('all', { staticPolicies: 'permit(principal, action, resource);' });
  const assumed = { constant: 1 };
  let last = false;
  const context = { toJSON: () => { if (last) assumed.constant = 2; return {}; } };
  const who = { type: 'A', id: 'a' };
  function ask() {
    const before = assumed.constant;
    const { type } = cedar.statefulIsAuthorized({ principal: who, action: who, resource: who, context, preparsedPolicySetId: 'all', entities: [] });
    return before + type.length + assumed.constant;
  }
  for (let i = 0; i < 60000; i += 1) ask();
  last = true;
  process.stdout.write(String(ask()));
`;

describe('loading Cedar', () => {
  it('keeps V8 from aborting the process when a caller of Cedar is deoptimised during the call', () => {
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', deoptimise], {
      cwd: fileURLToPath(new URL('.', import.meta.url)),
      encoding: 'utf8',
    });

    expect(stderr).toBe('');
    expect(stdout).toBe('10');
  });

  it('says how to install Cedar when it is not there', () => {
    const missing = (): never => {
      throw Object.assign(new Error('Cannot find module'), { code: 'MODULE_NOT_FOUND' });
    };
    const broken = (): never => {
      throw new Error('no WebAssembly here');
    };

    expect(() => loadCedar(missing)).toThrow(/it is not installed: npm install @cedar-policy\/cedar-wasm$/);
    expect(() => loadCedar(missing)).toThrow(PolicyLoadError);
    expect(() => loadCedar(broken)).toThrow(/did not load/);
    expect(() => loadCedar(() => ({}))).toThrow(/cedar-wasm@\^4/);
  });

  it('describes the answers of Cedar as Cedar describes them', () => {
    type Answers = { [K in keyof CedarModule]: (...args: never[]) => ReturnType<CedarModule[K]> };
    const asWritten = (cedar: typeof Cedar): Answers => cedar;

    expect(asWritten).toBeDefined(); // the compiler has compared them
  });

  it('does not load Cedar when the package is imported', () => {
    const script = `await import('@enforcecore/adapters/cedar');
      const { createRequire } = await import('node:module');
      const { cache } = createRequire(import.meta.url);
      process.stdout.write(String(Object.keys(cache).some((path) => path.includes('cedar-wasm'))));`;
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { cwd: fileURLToPath(new URL('.', import.meta.url)), encoding: 'utf8' });

    expect(stdout).toBe('false');
  });
});

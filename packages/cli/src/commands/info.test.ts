import { describe, expect, it } from '@jest/globals';
import { runCli } from '../io.test.kit.js';

describe('info', () => {
  it('tells versions, settings with their source, and the services bound', async () => {
    const { code, json } = await runCli(['info', '--json'], { env: { ENFORCECORE_AUDIT_PATH: '/var/log/audit' } });

    expect(code).toBe(0);
    expect(json).toMatchObject({ node: process.version, refused: null, services: { PolicyEngine: 'YamlPolicyEngine', Auditor: 'TrailAuditor' } });
    expect(json.packages).toMatchObject({ '@enforcecore/core': expect.stringMatching(/^\d/), enforcecore: json.version });
    expect(json.settings).toContainEqual({ name: 'auditPath', value: '/var/log/audit', source: 'environment', variable: 'ENFORCECORE_AUDIT_PATH' });
    expect(json.settings).toContainEqual({ name: 'failOpen', value: false, source: 'default', variable: 'ENFORCECORE_FAIL_OPEN' });
    expect(json.categories.pii).toContain('email');
    expect(json.strategies).toContain('tokenize');
  });

  it('warns of everything that weakens protection', async () => {
    const env = { ENFORCECORE_AUDIT_ENABLED: 'no', ENFORCECORE_REDACTION_ENABLED: 'no', ENFORCECORE_FAIL_OPEN: 'yes' };

    const { code, out } = await runCli(['info'], { env });

    expect(code).toBe(0);
    expect(out).toContain('! auditing is off');
    expect(out).toContain('! redaction is off');
    expect(out).toContain('! failOpen is on');
  });

  it('says when nothing weakens protection', async () => {
    const { out } = await runCli(['info']);

    expect(out).toContain('What weakens protection\n  nothing\n');
  });

  it.each([[[]], [['--json']]])('shows of a webhook its host only, with %j', async (flags) => {
    const env = { ENFORCECORE_WEBHOOK_ON_VIOLATION: 'https://bob:hunter2@hooks.example.com/T1/XSECRETX?token=xyzzy' };

    const { out } = await runCli(['info', ...flags], { env });

    expect(out).toContain('https://hooks.example.com/…');
    expect(out).not.toMatch(/bob|hunter2|XSECRETX|xyzzy/);
  });

  it.each([[[]], [['--json']]])('shows of a key only that it is set, with %j', async (flags) => {
    const env = {
      ENFORCECORE_REDACTION_KEY: 'supersecretkeyvalue-supersecretkeyvalue',
      ENFORCECORE_AUDIT_DIGEST_KEY: 'supersecretkeyvalue-supersecretkeyvalue',
      ENFORCECORE_AUDIT_KEY: 'PRIVATE+KEY+audit+00000000+supersecretkeyvalue',
    };

    const { code, out } = await runCli(['info', ...flags], { env });

    expect(code).toBe(0);
    expect(out.match(/\(set\)/g)).toHaveLength(3);
    expect(out).not.toContain('supersecret');
  });

  it.each([[[]], [['--json']]])('shows of a database neither user nor password nor options, with %j', async (flags) => {
    const env = { ENFORCECORE_AUDIT_STORE: 'postgres://bob:hunter2@db.example:5433/audit?password=xyzzy' };

    const { out } = await runCli(['info', ...flags], { env });

    expect(out).toContain('postgres://db.example:5433/audit');
    expect(out).not.toMatch(/bob|hunter2|xyzzy/);
  });

  it('reports settings that cannot be used', async () => {
    const { code, out } = await runCli(['info'], { env: { ENFORCECORE_TYPO: '1' } });

    expect(code).toBe(1);
    expect(out).toContain('refused: settings refused: ENFORCECORE_TYPO is not a setting');
  });

  it('tells what can be looked for, and what can be written instead', async () => {
    const { out } = await runCli(['info']);

    expect(out).toMatch(/\n {2}personal data: email, .+\n {2}secrets of \d+ kinds; --json lists them\n {2}names, with --names: person_name, /);
    expect(out).toContain('What redact writes instead\n  placeholder, mask, hash, remove, tokenize, sha256\n');
  });

  it('writes out terminal escapes that settings hold', async () => {
    const { out } = await runCli(['info'], { env: { ENFORCECORE_AUDIT_PATH: '/x\x1b[2J' } });

    expect(out).toContain('/x\\x1b[2J');
  });
});

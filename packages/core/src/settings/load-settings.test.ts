import { describe, expect, it } from '@jest/globals';
import { environmentVariables, loadSettings } from './load-settings.js';
import { defaultSettings, type Settings } from './settings.js';

describe('loadSettings', () => {
  it('has the defaults of the table without an environment', () => {
    expect(loadSettings({}, {})).toEqual(defaultSettings);
  });

  it('reads every variable of the table', () => {
    const samples: Record<string, [string, unknown]> = {
      ENFORCECORE_DEFAULT_POLICY: ['p.yaml', 'p.yaml'],
      ENFORCECORE_ENVIRONMENT: ['staging', 'staging'],
      ENFORCECORE_POLICY_RELOAD_SECONDS: ['0.5', 0.5],
      ENFORCECORE_AUDIT_ENABLED: ['no', false],
      ENFORCECORE_AUDIT_PATH: ['/a', '/a'],
      ENFORCECORE_AUDIT_DURABILITY: ['Power', 'power'],
      ENFORCECORE_AUDIT_STORE: ['postgresql://u:p@h/d', 'postgresql://u:p@h/d'],
      ENFORCECORE_AUDIT_KEY_FILE: ['k', 'k'],
      ENFORCECORE_AUDIT_KEY: ['PRIVATE+KEY+log+01234567+abc=', 'PRIVATE+KEY+log+01234567+abc='],
      ENFORCECORE_AUDIT_CHECKPOINT_ENTRIES: ['10', 10],
      ENFORCECORE_AUDIT_CHECKPOINT_SECONDS: ['0.5', 0.5],
      ENFORCECORE_AUDIT_ROTATE_MB: ['2.5', 2.5],
      ENFORCECORE_AUDIT_ROTATE_HOURS: ['24', 24],
      ENFORCECORE_AUDIT_RETAIN_DAYS: ['7', 7],
      ENFORCECORE_AUDIT_COMPRESS: ['0', false],
      ENFORCECORE_AUDIT_IMMUTABLE: ['TRUE', true],
      ENFORCECORE_AUDIT_WITNESS_FILE: ['w', 'w'],
      ENFORCECORE_AUDIT_WITNESS_POLICY: ['witnesses', 'witnesses'],
      ENFORCECORE_AUDIT_DIGEST_KEY: ['k'.repeat(32), 'k'.repeat(32)],
      ENFORCECORE_REDACTION_ENABLED: ['off', false],
      ENFORCECORE_REDACTION_KEY: ['sixteen characters', 'sixteen characters'],
      ENFORCECORE_LOG_LEVEL: ['WARNING', 'warn'],
      ENFORCECORE_FAIL_OPEN: ['yes', true],
      ENFORCECORE_COST_BUDGET_USD: ['12.5', 12.5],
      ENFORCECORE_PRICE_FILE: ['prices.yaml', 'prices.yaml'],
      ENFORCECORE_WEBHOOK_ON_VIOLATION: ['https://h.example/v', 'https://h.example/v'],
      ENFORCECORE_WEBHOOK_ON_COST_THRESHOLD: ['https://h.example/c', 'https://h.example/c'],
      ENFORCECORE_WEBHOOK_ON_AUDIT_ERROR: ['http://127.0.0.1:9/a', 'http://127.0.0.1:9/a'],
      ENFORCECORE_WEBHOOK_SECRET: [`whsec_${'A'.repeat(32)}`, `whsec_${'A'.repeat(32)}`],
      ENFORCECORE_WEBHOOK_ALLOW_PRIVATE: ['yes', true],
      ENFORCECORE_WEBHOOK_RETRY_ATTEMPTS: ['5', 5],
      ENFORCECORE_WEBHOOK_TIMEOUT_SECONDS: ['2', 2],
      ENFORCECORE_DEV_MODE: ['1', true],
      ENFORCECORE_HOOK_TIMEOUT_MS: ['100', 100],
      ENFORCECORE_PLUGINS: ['@acme/guards/hours@^1.2.0, plain/redactor@1.0.0', ['@acme/guards/hours@^1.2.0', 'plain/redactor@1.0.0']],
      ENFORCECORE_KILL_SWITCH_SIGNAL: ['sigusr2', 'SIGUSR2'],
      ENFORCECORE_KILL_SWITCH_FILE: ['/run/kill.json', '/run/kill.json'],
      ENFORCECORE_KILL_SWITCH_POLL_MS: ['50', 50],
    };
    // One at a time: some of them cannot be had together.
    const readAlone = (name: string, key: keyof Settings): unknown => {
      const beside = name === 'ENFORCECORE_AUDIT_WITNESS_POLICY' ? { auditKeyFile: 'k' } : {};
      return loadSettings(beside, { [name]: samples[name]?.[0] })[key];
    };

    expect(Object.keys(samples)).toEqual(environmentVariables.map(([name]) => name));
    for (const [name, key] of environmentVariables) expect([name, readAlone(name, key)]).toEqual([name, samples[name]?.[1]]);
  });

  it('says what is wrong with a list of plugins that code passes in, and keeps a copy of one that is right', () => {
    expect(() => loadSettings({ plugins: ['@acme/guards'] }, {})).toThrow(expect.objectContaining({ code: 'SETTINGS', message: expect.stringContaining('plugins must name plugins as package/name@range') }));
    expect(() => loadSettings({ plugins: 'a/b@1' as never }, {})).toThrow(expect.objectContaining({ code: 'SETTINGS' }));
    const list = ['a/b@1'];
    const { plugins } = loadSettings({ plugins: list }, {});
    list.push('evil/x@*');

    expect(plugins).toEqual(['a/b@1']);
    expect(Object.isFrozen(plugins)).toBe(true);
  });

  it('is frozen', () => {
    expect(Object.isFrozen(loadSettings({}, {}))).toBe(true);
  });

  it('lets code go before the environment', () => {
    expect(loadSettings({ auditPath: 'code' }, { ENFORCECORE_AUDIT_PATH: 'env' }).auditPath).toBe('code');
  });

  it.each([
    [{ ENFORCECORE_FAIL_OPEN: 'maybe' }, 'ENFORCECORE_FAIL_OPEN must be true or false'],
    [{ ENFORCECORE_COST_BUDGET_USD: 'NaN' }, 'ENFORCECORE_COST_BUDGET_USD must be a number of at least 0'],
    [{ ENFORCECORE_AUDIT_ENABLE: 'false' }, 'ENFORCECORE_AUDIT_ENABLE is not a setting'],
    [{ ENFORCECORE_LOG_LEVEL: 'loud' }, 'ENFORCECORE_LOG_LEVEL must be debug, info, warn or error'],
    [{ ENFORCECORE_WEBHOOK_ON_VIOLATION: 'file:///etc/passwd' }, 'must be an http or https URL'],
    [{ ENFORCECORE_WEBHOOK_ON_AUDIT_ERROR: 'http://hooks.example/a' }, 'webhookOnAuditError must be https'],
    [{ ENFORCECORE_WEBHOOK_ON_VIOLATION: 'https://169.254.169.254/a' }, 'webhookOnViolation has an address that is not public (cloud metadata)'],
    [{ ENFORCECORE_WEBHOOK_ON_VIOLATION: 'https://10.0.0.7/a' }, 'if it is yours, set webhookAllowPrivate'],
    [{ ENFORCECORE_WEBHOOK_SECRET: 'whsec_short' }, 'ENFORCECORE_WEBHOOK_SECRET must be whsec_ and 24 to 64 bytes'],
    [{ ENFORCECORE_PLUGINS: '@acme/guards' }, 'ENFORCECORE_PLUGINS must name plugins as package/name@range'],
    [{ ENFORCECORE_PLUGINS: 'acme/a@1,acme/a@2' }, 'ENFORCECORE_PLUGINS names a plugin twice'],
    [{ ENFORCECORE_PLUGINS: 'acme/a@latest' }, 'ENFORCECORE_PLUGINS has a range that npm cannot read'],
    [{ ENFORCECORE_WEBHOOK_TIMEOUT_SECONDS: '0' }, 'webhookTimeoutSeconds must be a number of seconds from 0.1 to 600'],
    [{ ENFORCECORE_WEBHOOK_TIMEOUT_SECONDS: '1e-9' }, 'webhookTimeoutSeconds must be a number of seconds from 0.1 to 600'],
    [{ ENFORCECORE_WEBHOOK_ON_VIOLATION: 'https://a:%zz@hooks.example/a' }, 'has a user or a password that cannot be decoded'],
    [{ ENFORCECORE_AUDIT_DURABILITY: 'fast' }, 'ENFORCECORE_AUDIT_DURABILITY must be process, power or buffered'],
    [{ ENFORCECORE_AUDIT_STORE: 'mysql://u:p@h/d' }, 'ENFORCECORE_AUDIT_STORE must be sqlite:PATH or postgres://user@host/database'],
    [{ ENFORCECORE_AUDIT_STORE: 'sqlite:' }, 'ENFORCECORE_AUDIT_STORE must be sqlite:PATH'],
    [{ ENFORCECORE_AUDIT_STORE: 'sqlite::memory:' }, 'a database in memory is gone with the process'],
    [{ ENFORCECORE_AUDIT_STORE: 'postgres://[' }, 'ENFORCECORE_AUDIT_STORE must be sqlite:PATH'],
    [{ ENFORCECORE_AUDIT_KEY: '/etc/audit.key' }, 'ENFORCECORE_AUDIT_KEY must be a signing key'],
    [{ ENFORCECORE_AUDIT_DIGEST_KEY: 'short' }, 'ENFORCECORE_AUDIT_DIGEST_KEY must have at least 32 characters'],
    [{ ENFORCECORE_AUDIT_CHECKPOINT_ENTRIES: '1.5' }, 'ENFORCECORE_AUDIT_CHECKPOINT_ENTRIES must be a whole number'],
    [{ ENFORCECORE_AUDIT_ROTATE_HOURS: '-1' }, 'ENFORCECORE_AUDIT_ROTATE_HOURS must be a number of at least 0'],
    [{ ENFORCECORE_AUDIT_KEY: 'PRIVATE+KEY+a', ENFORCECORE_AUDIT_KEY_FILE: 'k' }, 'auditKey and auditKeyFile both name a signing key'],
    [{ ENFORCECORE_AUDIT_STORE: 'sqlite:a.db', ENFORCECORE_AUDIT_IMMUTABLE: '1' }, 'auditImmutable protects files, and auditStore names a database'],
    [{ ENFORCECORE_AUDIT_STORE: 'sqlite:a.db', ENFORCECORE_AUDIT_WITNESS_FILE: 'w' }, 'auditWitnessFile is told of entries in files'],
    [{ ENFORCECORE_AUDIT_WITNESS_POLICY: 'w' }, 'set auditKeyFile or auditKey'],
    [{ ENFORCECORE_AUDIT_KEY_FILE: 'k', ENFORCECORE_AUDIT_WITNESS_POLICY: 'w', ENFORCECORE_AUDIT_CHECKPOINT_ENTRIES: '0', ENFORCECORE_AUDIT_CHECKPOINT_SECONDS: '0' }, 'auditKeyFile and auditWitnessPolicy would go unused, since no checkpoint is ever made'],
  ])('refuses %p and says why', (environment, message) => {
    expect(() => loadSettings({}, environment)).toThrow(expect.objectContaining({ code: 'SETTINGS', message: expect.stringContaining(message) }));
  });

  it.each([
    [{ auditStore: 'mysql://bob:hunter2@h/d' }],
    [{ auditStore: 'postgres://bob:hunter2@[' }],
    [{ auditKey: 'hunter2' }],
    [{ auditDigestKey: 'hunter2' }],
    [{ webhookSecret: 'whsec_hunter2' }],
    [{ webhookOnViolation: 'http://bob:hunter2@hooks.example/x' }],
  ])('refuses a bad secret without repeating it, %#', (given) => {
    const environment = Object.fromEntries(environmentVariables.filter(([, key]) => key in given).map(([name, key]) => [name, Object.values(given)[0] ?? key]));

    expect(() => loadSettings(given, {})).toThrow(expect.objectContaining({ code: 'SETTINGS', message: expect.not.stringContaining('hunter2') }));
    expect(() => loadSettings({}, environment)).toThrow(expect.objectContaining({ code: 'SETTINGS', message: expect.not.stringContaining('hunter2') }));
  });

  it('tells all problems at once', () => {
    expect(() => loadSettings({}, { ENFORCECORE_FAIL_OPEN: 'x', ENFORCECORE_DEV_MODE: 'y' })).toThrow(/FAIL_OPEN.*DEV_MODE/);
  });
});

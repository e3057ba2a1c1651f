import { describe, expect, it } from '@jest/globals';
import { environmentVariables, loadSettings } from './load-settings.js';
import { defaultSettings } from './settings.js';

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
      ENFORCECORE_AUDIT_ROTATE_MB: ['2.5', 2.5],
      ENFORCECORE_AUDIT_RETAIN_DAYS: ['7', 7],
      ENFORCECORE_AUDIT_COMPRESS: ['0', false],
      ENFORCECORE_AUDIT_IMMUTABLE: ['TRUE', true],
      ENFORCECORE_AUDIT_WITNESS_FILE: ['w', 'w'],
      ENFORCECORE_REDACTION_ENABLED: ['off', false],
      ENFORCECORE_REDACTION_KEY: ['sixteen characters', 'sixteen characters'],
      ENFORCECORE_LOG_LEVEL: ['WARNING', 'warn'],
      ENFORCECORE_FAIL_OPEN: ['yes', true],
      ENFORCECORE_COST_BUDGET_USD: ['12.5', 12.5],
      ENFORCECORE_WEBHOOK_ON_VIOLATION: ['https://h.example/v', 'https://h.example/v'],
      ENFORCECORE_WEBHOOK_ON_COST_THRESHOLD: ['https://h.example/c', 'https://h.example/c'],
      ENFORCECORE_WEBHOOK_RETRY_ATTEMPTS: ['5', 5],
      ENFORCECORE_WEBHOOK_TIMEOUT_SECONDS: ['2', 2],
      ENFORCECORE_DEV_MODE: ['1', true],
      ENFORCECORE_HOOK_TIMEOUT_MS: ['100', 100],
    };
    const settings = loadSettings({}, Object.fromEntries(Object.entries(samples).map(([name, [text]]) => [name, text])));

    expect(Object.keys(samples)).toEqual(environmentVariables.map(([name]) => name));
    for (const [name, key] of environmentVariables) expect([name, settings[key]]).toEqual([name, samples[name]?.[1]]);
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
  ])('refuses %p and says why', (environment, message) => {
    expect(() => loadSettings({}, environment)).toThrow(expect.objectContaining({ code: 'SETTINGS', message: expect.stringContaining(message) }));
  });

  it('tells all problems at once', () => {
    expect(() => loadSettings({}, { ENFORCECORE_FAIL_OPEN: 'x', ENFORCECORE_DEV_MODE: 'y' })).toThrow(/FAIL_OPEN.*DEV_MODE/);
  });
});

import { SettingsError } from '../errors.js';
import { webhookProblems } from '../hooks/webhook-problems.js';
import { secretFault, webhookKeys } from '../hooks/webhook-secret.js';
import { killSignals } from '../guard/kill-switch/kill-signal.js';
import { pluginListFault } from '../plugins/plugin-spec.js';
import { storeFault } from './audit-store.js';
import { defaultSettings, type Settings } from './settings.js';

type Reader = (text: string) => unknown;
type Variable = readonly [name: string, key: keyof Settings, read: Reader];

/** Every environment variable that is read, the setting it stands for and how its text is read. */
export const environmentVariables: readonly Variable[] = [
  ['ENFORCECORE_DEFAULT_POLICY', 'defaultPolicy', text],
  ['ENFORCECORE_ENVIRONMENT', 'environment', text],
  ['ENFORCECORE_POLICY_RELOAD_SECONDS', 'policyReloadSeconds', amount],
  ['ENFORCECORE_AUDIT_ENABLED', 'auditEnabled', flag],
  ['ENFORCECORE_AUDIT_PATH', 'auditPath', text],
  ['ENFORCECORE_AUDIT_DURABILITY', 'auditDurability', durability],
  ['ENFORCECORE_AUDIT_STORE', 'auditStore', store],
  ['ENFORCECORE_AUDIT_KEY_FILE', 'auditKeyFile', text],
  ['ENFORCECORE_AUDIT_KEY', 'auditKey', signingKey],
  ['ENFORCECORE_AUDIT_CHECKPOINT_ENTRIES', 'auditCheckpointEntries', whole],
  ['ENFORCECORE_AUDIT_CHECKPOINT_SECONDS', 'auditCheckpointSeconds', amount],
  ['ENFORCECORE_AUDIT_ROTATE_MB', 'auditRotateMb', amount],
  ['ENFORCECORE_AUDIT_ROTATE_HOURS', 'auditRotateHours', amount],
  ['ENFORCECORE_AUDIT_RETAIN_DAYS', 'auditRetainDays', whole],
  ['ENFORCECORE_AUDIT_COMPRESS', 'auditCompress', flag],
  ['ENFORCECORE_AUDIT_IMMUTABLE', 'auditImmutable', flag],
  ['ENFORCECORE_AUDIT_WITNESS_FILE', 'auditWitnessFile', text],
  ['ENFORCECORE_AUDIT_WITNESS_POLICY', 'auditWitnessPolicy', text],
  ['ENFORCECORE_AUDIT_DIGEST_KEY', 'auditDigestKey', digestKey],
  ['ENFORCECORE_REDACTION_ENABLED', 'redactionEnabled', flag],
  ['ENFORCECORE_REDACTION_KEY', 'redactionKey', secretKey],
  ['ENFORCECORE_LOG_LEVEL', 'logLevel', level],
  ['ENFORCECORE_FAIL_OPEN', 'failOpen', flag],
  ['ENFORCECORE_COST_BUDGET_USD', 'costBudgetUsd', amount],
  ['ENFORCECORE_PRICE_FILE', 'priceFile', text],
  ['ENFORCECORE_WEBHOOK_ON_VIOLATION', 'webhookOnViolation', url],
  ['ENFORCECORE_WEBHOOK_ON_COST_THRESHOLD', 'webhookOnCostThreshold', url],
  ['ENFORCECORE_WEBHOOK_ON_AUDIT_ERROR', 'webhookOnAuditError', url],
  ['ENFORCECORE_WEBHOOK_SECRET', 'webhookSecret', webhookSecret],
  ['ENFORCECORE_WEBHOOK_ALLOW_PRIVATE', 'webhookAllowPrivate', flag],
  ['ENFORCECORE_WEBHOOK_RETRY_ATTEMPTS', 'webhookRetryAttempts', whole],
  ['ENFORCECORE_WEBHOOK_TIMEOUT_SECONDS', 'webhookTimeoutSeconds', amount],
  ['ENFORCECORE_DEV_MODE', 'devMode', flag],
  ['ENFORCECORE_HOOK_TIMEOUT_MS', 'hookTimeoutMs', whole],
  ['ENFORCECORE_PLUGINS', 'plugins', pluginList],
  ['ENFORCECORE_KILL_SWITCH_SIGNAL', 'killSwitchSignal', killSignal],
  ['ENFORCECORE_KILL_SWITCH_FILE', 'killSwitchFile', text],
  ['ENFORCECORE_KILL_SWITCH_POLL_MS', 'killSwitchPollMs', pause],
];

/**
 * Settings from the environment, with `overrides` on top, frozen.
 *
 * @throws SettingsError naming every variable that cannot be read, or that looks like a misspelt one.
 */
export function loadSettings(
  overrides: Partial<Settings> = {},
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Settings {
  const problems: string[] = [];
  const read: Record<string, unknown> = {};
  for (const [name, key, reader] of environmentVariables) {
    const given = environment[name];
    if (given === undefined || given.trim() === '') continue;
    try {
      read[key] = reader(given.trim());
    } catch (error) {
      problems.push(`${name} ${(error as Error).message}`); // readers throw Errors only
    }
  }
  const known = new Set(environmentVariables.map(([name]) => name));
  for (const name of Object.keys(environment)) {
    if (name.startsWith('ENFORCECORE_') && !known.has(name)) problems.push(`${name} is not a setting`);
  }
  const given = Object.fromEntries(Object.entries(overrides).filter(([, value]) => value !== undefined));
  const settings = { ...defaultSettings, ...read, ...given }; // readers give each key its type
  problems.push(...typeProblems(settings), ...rangeProblems(settings), ...auditProblems(settings), ...webhookProblems(settings));
  if (problems.length > 0) throw new SettingsError(`settings refused: ${problems.join('; ')}`);
  // A copy: the list that was passed in may be changed later on.
  return Object.freeze({ ...settings, plugins: settings.plugins === undefined ? undefined : Object.freeze([...settings.plugins]) });
}

/** What code passes in is checked as what the environment says: a wrong type could switch a protection off. */
function typeProblems(settings: Settings): string[] {
  return Object.entries(settings)
    .filter(([key, value]) => !isOfType(key as keyof Settings, value))
    .map(([key, value]) => (key === 'plugins' && Array.isArray(value) ? `plugins ${pluginListFault(value) ?? ''}` : `${key} cannot be ${typeof value === 'string' ? 'this text' : `a ${typeof value}`}`));
}

function isOfType(key: keyof Settings, value: unknown): boolean {
  if (!(key in defaultSettings)) return false;
  if (value === undefined) return defaultSettings[key] === undefined;
  const [, , read] = environmentVariables.find(([, name]) => name === key) ?? [];
  if (read === pluginList) return Array.isArray(value) && pluginListFault(value) === undefined;
  if (read === flag) return typeof value === 'boolean';
  if (read === amount || read === whole || read === pause) return typeof value === 'number';
  if (typeof value !== 'string') return false;
  try {
    return read?.(value) === value;
  } catch {
    return false;
  }
}

function rangeProblems(settings: Settings): string[] {
  const amounts = ['policyReloadSeconds', 'auditCheckpointEntries', 'auditCheckpointSeconds', 'auditRotateMb', 'auditRotateHours', 'auditRetainDays', 'costBudgetUsd', 'webhookRetryAttempts', 'hookTimeoutMs'] as const;
  const { killSwitchPollMs: pollMs, webhookTimeoutSeconds: timeout } = settings;
  const polls = Number.isFinite(pollMs) && pollMs >= leastPauseMs && pollMs <= mostPauseMs;
  const paused = polls ? [] : [`killSwitchPollMs ${pauseFault}`];
  const timed = timeout >= leastTimeoutSeconds && timeout <= mostTimeoutSeconds ? [] : [`webhookTimeoutSeconds must be a number of seconds from ${String(leastTimeoutSeconds)} to ${String(mostTimeoutSeconds)}`];
  return [...paused, ...timed, ...amounts
    .filter((key) => settings[key] !== undefined && !(Number.isFinite(settings[key]) && (settings[key] ?? 0) >= 0))
    .map((key) => `${key} must be a number of at least 0`)];
}

/** What cannot be kept together: a protection that silently is none would be worse than no start. */
function auditProblems(settings: Settings): string[] {
  const { auditStore, auditImmutable, auditWitnessFile, auditKey, auditKeyFile, auditWitnessPolicy } = settings;
  const found: string[] = [];
  if (auditKey !== undefined && auditKeyFile !== undefined) found.push('auditKey and auditKeyFile both name a signing key: leave one out');
  if (auditStore !== undefined && auditImmutable) found.push('auditImmutable protects files, and auditStore names a database: leave one out');
  if (auditStore !== undefined && auditWitnessFile !== undefined) {
    found.push('auditWitnessFile is told of entries in files, and auditStore names a database: leave one out');
  }
  if (auditWitnessPolicy !== undefined && auditKey === undefined && auditKeyFile === undefined) {
    found.push('auditWitnessPolicy sends signed checkpoints to witnesses: set auditKeyFile or auditKey');
  }
  const needing = [['auditKey', auditKey], ['auditKeyFile', auditKeyFile], ['auditWitnessPolicy', auditWitnessPolicy]].flatMap(([name, value]) => (value === undefined ? [] : [name]));
  if (needing.length > 0 && settings.auditCheckpointEntries === 0 && settings.auditCheckpointSeconds === 0) {
    found.push(`${needing.join(' and ')} would go unused, since no checkpoint is ever made: set auditCheckpointEntries or auditCheckpointSeconds`);
  }
  return found;
}

function text(given: string): string {
  return given;
}

function durability(given: string): string {
  const word = given.toLowerCase();
  if (!['process', 'power', 'buffered'].includes(word)) throw new Error('must be process, power or buffered');
  return word;
}

function store(given: string): string {
  const fault = storeFault(given);
  if (fault !== undefined) throw new Error(fault);
  return given;
}

function pluginList(given: string): readonly string[] {
  const specs = given.split(',').map((spec) => spec.trim());
  const fault = pluginListFault(specs);
  if (fault !== undefined) throw new Error(fault);
  return specs;
}

function webhookSecret(given: string): string {
  if (webhookKeys(given) === undefined) throw new Error(secretFault);
  return given;
}

/** Judged in full when the trail is opened; here only what was meant to be something else. */
function signingKey(given: string): string {
  if (!given.startsWith('PRIVATE+KEY+')) throw new Error('must be a signing key, PRIVATE+KEY+…, as keygen writes it');
  return given;
}

/** Short keys can be guessed, and with them what was digested. */
function digestKey(given: string): string {
  if (given.trim().length < 32) throw new Error('must have at least 32 characters');
  return given;
}

function flag(given: string): boolean {
  const word = given.toLowerCase();
  if (['1', 'true', 'yes', 'on'].includes(word)) return true;
  if (['0', 'false', 'no', 'off'].includes(word)) return false;
  throw new Error('must be true or false');
}

function amount(given: string): number {
  const value = Number(given);
  if (!Number.isFinite(value) || value < 0) throw new Error('must be a number of at least 0');
  return value;
}

function whole(given: string): number {
  const value = amount(given);
  if (!Number.isSafeInteger(value)) throw new Error('must be a whole number');
  return value;
}

/** With less no receiver could ever answer. */
const [leastTimeoutSeconds, mostTimeoutSeconds] = [0.1, 600];

/** Less would be a busy loop, more than a minute no kill switch. */
const [leastPauseMs, mostPauseMs] = [10, 60_000];
const pauseFault = `must be a number of milliseconds from ${String(leastPauseMs)} to ${String(mostPauseMs)}`;

function pause(given: string): number {
  const ms = whole(given);
  if (ms < leastPauseMs || ms > mostPauseMs) throw new Error(pauseFault);
  return ms;
}

function killSignal(given: string): string {
  const found = killSignals.find((signal) => signal === given.toUpperCase());
  if (found === undefined) throw new Error(`must be ${killSignals.join(' or ')}`);
  return found;
}

function level(given: string): string {
  const word = given.toLowerCase();
  const name = { warning: 'warn', critical: 'error' }[word] ?? word;
  if (!['debug', 'info', 'warn', 'error'].includes(name)) throw new Error('must be debug, info, warn or error');
  return name;
}

/** Shorter keys can be guessed, and with them every value. */
function secretKey(given: string): string {
  if (given.length < 16) throw new Error('must have at least 16 characters');
  return given;
}

function url(given: string): string {
  if (!URL.canParse(given) || !/^https?:$/.test(new URL(given).protocol)) throw new Error('must be an http or https URL');
  return given;
}

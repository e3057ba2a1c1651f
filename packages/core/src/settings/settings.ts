import { token } from '../container/token.js';
import type { KillSignal } from '../guard/kill-switch/kill-signal.js';
import type { LogLevel } from '../logging/logger.js';

/** What holds for a whole container. Read once from the environment and the code, then frozen. */
export interface Settings {
  /** Policy for `@Enforce()` without one. */
  readonly defaultPolicy: string | undefined;
  /** Where this runs: `production`, `staging`… For `context` and conditions of policies. */
  readonly environment: string | undefined;
  /** Seconds between two looks at whether a policy file has changed; 0 for never. */
  readonly policyReloadSeconds: number;
  readonly auditEnabled: boolean;
  /** Folder of the trail; the file in it is `trail.jsonl`. The key of the digests is kept there too, whatever the store. */
  readonly auditPath: string;
  /**
   * What an entry survives once its result is released: `process` the death of the process, `power` also a loss of power,
   * `buffered` neither.
   */
  readonly auditDurability: 'process' | 'power' | 'buffered';
  /** `sqlite:PATH` or `postgres://…` instead of files in `auditPath`. */
  readonly auditStore: string | undefined;
  /** File with the key that signs checkpoints, as `enforcecore audit keygen` writes it. */
  readonly auditKeyFile: string | undefined;
  /** That key itself, instead of a file. */
  readonly auditKey: string | undefined;
  /** A checkpoint after this many entries; 0 for never. */
  readonly auditCheckpointEntries: number;
  /** A checkpoint this many seconds after an entry that none covers; 0 for never. */
  readonly auditCheckpointSeconds: number;
  /** Size at which the trail goes on in a new file; 0 for never. */
  readonly auditRotateMb: number;
  /** Hours after which the trail goes on in a new file; 0 for never. */
  readonly auditRotateHours: number;
  /** Days after which a completed file of the trail is deleted; 0 for never. */
  readonly auditRetainDays: number;
  /** Compress completed files of the trail. */
  readonly auditCompress: boolean;
  /** Set the operating system's append-only attribute on the trail, and refuse to start where that fails. */
  readonly auditImmutable: boolean;
  /** A second file that gets the hash of every entry. */
  readonly auditWitnessFile: string | undefined;
  /** File that names the witnesses to which new checkpoints are sent, and how many have to confirm them. */
  readonly auditWitnessPolicy: string | undefined;
  /** Key of the digests of arguments and results; drawn and kept in `auditPath` where there is none. */
  readonly auditDigestKey: string | undefined;
  readonly redactionEnabled: boolean;
  /** Key of the `hash` strategy: the same value gets the same pseudonym wherever the key is the same. */
  readonly redactionKey: string | undefined;
  /** Lowest level that the logger writes; `undefined` writes nothing. */
  readonly logLevel: LogLevel | undefined;
  /** Let a call through whose record cannot be written. Decisions are never skipped. */
  readonly failOpen: boolean;
  /** Budget of all calls of the container together. */
  readonly costBudgetUsd: number | undefined;
  /** File with what models cost, for calls that are priced by tokens. */
  readonly priceFile: string | undefined;
  readonly webhookOnViolation: string | undefined;
  /** Told once, when 80 % of a budget is spent. */
  readonly webhookOnCostThreshold: string | undefined;
  /** Told of every record that could not be written, also where the call goes on. */
  readonly webhookOnAuditError: string | undefined;
  /** Signs deliveries: `whsec_` and base64, as Standard Webhooks has it; several with commas between them. */
  readonly webhookSecret: string | undefined;
  /** Lets webhooks go to private addresses, and without TLS to those. */
  readonly webhookAllowPrivate: boolean;
  readonly webhookRetryAttempts: number;
  readonly webhookTimeoutSeconds: number;
  /** Silences the warning about `failOpen`. */
  readonly devMode: boolean;
  /** Milliseconds that one pre-call hook may take before the call is blocked. */
  readonly hookTimeoutMs: number;
  /** Plugins that are loaded and run, as `package/name@range`; what is only installed is not. */
  readonly plugins: readonly string[] | undefined;
  /** Signal that trips the kill switch for all calls. */
  readonly killSwitchSignal: KillSignal | undefined;
  /** File that `enforcecore kill` writes, and that turns the kill switch. */
  readonly killSwitchFile: string | undefined;
  /** Milliseconds between two looks at that file. */
  readonly killSwitchPollMs: number;
}

export const Settings = token<Settings>('Settings');

export const defaultSettings: Settings = Object.freeze({
  defaultPolicy: undefined,
  environment: undefined,
  policyReloadSeconds: 1,
  auditEnabled: true,
  auditPath: './audit_logs',
  auditDurability: 'process',
  auditStore: undefined,
  auditKeyFile: undefined,
  auditKey: undefined,
  auditCheckpointEntries: 1_000,
  auditCheckpointSeconds: 60,
  auditRotateMb: 100,
  auditRotateHours: 0,
  auditRetainDays: 90,
  auditCompress: true,
  auditImmutable: false,
  auditWitnessFile: undefined,
  auditWitnessPolicy: undefined,
  auditDigestKey: undefined,
  redactionEnabled: true,
  redactionKey: undefined,
  logLevel: undefined,
  failOpen: false,
  costBudgetUsd: undefined,
  priceFile: undefined,
  webhookOnViolation: undefined,
  webhookOnCostThreshold: undefined,
  webhookOnAuditError: undefined,
  webhookSecret: undefined,
  webhookAllowPrivate: false,
  webhookRetryAttempts: 3,
  webhookTimeoutSeconds: 10,
  devMode: false,
  hookTimeoutMs: 5_000,
  plugins: undefined,
  killSwitchSignal: undefined,
  killSwitchFile: undefined,
  killSwitchPollMs: 250,
});

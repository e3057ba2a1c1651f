import { MemoryVault } from '@enforcecore/redact';
import { PatternRegistry as Patterns } from '@enforcecore/redact/patterns';
import type { DefaultBinding } from '../container/enforce-container.js';
import { Logger } from '../logging/logger.js';
import { Settings } from '../settings/settings.js';
import { Detector, EntityRecognizer, PatternRegistry, RedactorPlugin } from './redaction-parts.js';
import { Redactor } from './redactor.js';
import { RulesRedactor } from './rules-redactor.js';
import { Vault } from './vault.js';

/** The vault and the patterns hold what outlives a redactor; the lists have nothing in them until somebody binds something. */
const parts = [Settings, Logger, Vault, PatternRegistry] as [typeof Settings, typeof Logger, typeof Vault, typeof PatternRegistry];

export const redactModule: readonly DefaultBinding[] = [
  { token: Vault, madeFrom: [], bind: (bind) => bind(Vault).toResolvedValue(() => new MemoryVault({ suffix: true })) },
  { token: PatternRegistry, madeFrom: [], bind: (bind) => bind(PatternRegistry).toResolvedValue(() => new Patterns()) },
  {
    token: Redactor,
    madeFrom: [...parts, Detector, EntityRecognizer, RedactorPlugin],
    bind: (bind) =>
      bind(Redactor).toDynamicValue((context) => {
        return new RulesRedactor({
          vault: context.get(Vault),
          patterns: context.get(PatternRegistry),
          detectors: context.getAll<Detector>(Detector, { optional: true }),
          recognizers: context.getAll<EntityRecognizer>(EntityRecognizer, { optional: true }),
          plugins: context.getAll<RedactorPlugin>(RedactorPlugin, { optional: true }),
          hashKey: context.get(Settings).redactionKey,
          logger: context.get(Logger),
        });
      }),
  },
];

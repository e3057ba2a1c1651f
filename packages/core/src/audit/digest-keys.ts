import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { DigestKey, digestOf } from '../pipeline/digest-key.js';
import type { Settings } from '../settings/settings.js';
import type { Auditor } from './auditor.js';
import { keptDigestKey } from './digest-key-file.js';

/**
 * Which key digests are made with: `auditDigestKey`; else, for an auditor whose entries last, the one in `digest.key`
 * beside the trail; else one that this container draws and forgets, so that an auditor in memory leaves no file behind.
 */
export class DigestKeys {
  static readonly #bySettings = new WeakMap<Settings, DigestKeys>();

  readonly #settings: Settings;
  readonly #given: DigestKey | undefined;
  #kept: DigestKey | undefined;
  #drawn: DigestKey | undefined;

  /** Settings are made once for a container, so all its rooms share one key. */
  static of(settings: Settings): DigestKeys {
    const known = DigestKeys.#bySettings.get(settings) ?? new DigestKeys(settings);
    DigestKeys.#bySettings.set(settings, known);
    return known;
  }

  private constructor(settings: Settings) {
    this.#settings = settings;
    this.#given = settings.auditDigestKey === undefined ? undefined : new DigestKey(settings.auditDigestKey);
  }

  /** @throws AuditError when the kept key can be neither read nor made; asking again tries again. */
  keyFor(auditor: Auditor): DigestKey {
    if (this.#given !== undefined) return this.#given;
    if (auditor.isLasting === true) return (this.#kept ??= new DigestKey(keptDigestKey(join(this.#settings.auditPath, 'digest.key'))));
    return (this.#drawn ??= new DigestKey(randomBytes(32).toString('hex')));
  }
}

/** The digest of a value where its key is at hand; `undefined` where nothing is audited, or the key cannot be had. */
export function keyedDigest(value: unknown, { settings, auditor }: { readonly settings: Settings; readonly auditor: Auditor }): string | undefined {
  if (!settings.auditEnabled) return undefined;
  try {
    return digestOf(value, DigestKeys.of(settings).keyFor(auditor));
  } catch {
    // Safe to go on: the entry itself needs the key as well, or says what it can without.
    return undefined;
  }
}

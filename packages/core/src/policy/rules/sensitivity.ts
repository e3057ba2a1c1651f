import { sensitivityAliases, sensitivityLevels } from '../schema/checks.js';

/** From what everybody may know to what hardly anybody may. */
export type SensitivityLevel = (typeof sensitivityLevels)[number];

/**
 * How sensitive a level is, 0 for `public` to 3 for `restricted`; `low`, `medium`, `high` and `critical` are other words
 * for the four.
 *
 * @throws RangeError for any other word.
 */
export function sensitivityRank(level: string): number {
  const word = level.trim().toLowerCase();
  const rank = (sensitivityLevels as readonly string[]).indexOf(word);
  const known = rank >= 0 ? rank : sensitivityAliases.indexOf(word);
  if (known < 0) throw new RangeError(`unknown sensitivity level; expected one of ${sensitivityLevels.join(', ')}`);
  return known;
}

export function levelOf(rank: number): SensitivityLevel {
  return sensitivityLevels[rank] ?? 'restricted';
}

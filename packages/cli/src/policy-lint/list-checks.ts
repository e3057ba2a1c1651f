import { member, quoted, texts, type Keys } from './document.js';
import type { Report } from './finding.js';
import { allowsAll, canonicalPattern, hasForeign, PatternSet } from './pattern-set.js';

/** Entries of the tool lists that say what another one says, or that another one takes back. */
export function checkLists(rules: unknown, report: Report): void {
  const allowed = texts(member(rules, 'allowed_tools'));
  const denied = texts(member(rules, 'denied_tools'));
  const taken = checkDenied(allowed, denied, report);
  checkTwins(allowed, ['rules', 'allowed_tools'], report, taken);
  checkTwins(denied, ['rules', 'denied_tools'], report);
}

/** `taken` are the positions of entries that are never allowed, which is the worse thing to say of them. */
function checkTwins(list: readonly string[], keys: Keys, report: Report, taken: ReadonlySet<number> = new Set()): void {
  const set = new PatternSet(list, { lookAlikes: hasForeign(list) });
  if (!set.comparable) {
    report.add('unchecked-list', keys, 'too many patterns begin and end alike to compare each with each', 'write fewer patterns, or longer beginnings');
  }
  const first = new Map<string, number>();
  set.patterns.forEach((pattern, i) => {
    const at = first.get(pattern);
    first.set(pattern, at ?? i);
    const entry = quoted(list[i]);
    if (at !== undefined) {
      const same = list[at] === list[i] ? `${entry} is listed twice` : `${entry} is the same name as ${quoted(list[at])}`;
      report.add('duplicate-entry', [...keys, i], `${same}, at position ${String(at + 1)}`, 'remove one of the two');
      return;
    }
    // What allows everything is told of itself, and not of everything else.
    const twin = set.covering(pattern).find((match) => match.index !== i && (match.lookAlike ? match.index < i : !allowsAll(match.pattern)));
    if (twin === undefined || taken.has(i)) return;
    const other = quoted(list[twin.index]);
    if (twin.lookAlike) {
      report.add('look-alike-entry', [...keys, i], `${entry} looks like ${other} and is another name`, 'remove the one that is not meant');
    } else if (twin.index < i || new PatternSet([pattern]).covering(twin.pattern).length === 0) {
      report.add('shadowed-entry', [...keys, i], `${entry} is covered by ${other}: without it the list says the same`, `remove it, or ${other} if that allows or denies too much`);
    }
  });
}

/** The positions of entries that are never allowed. */
function checkDenied(allowed: readonly string[], denied: readonly string[], report: Report): ReadonlySet<number> {
  const taken = new Set<number>();
  const denials = new PatternSet(denied, { lookAlikes: hasForeign(allowed, denied) });
  allowed.forEach((written, i) => {
    const pattern = canonicalPattern(written);
    const [denial] = denials.covering(pattern);
    if (denial === undefined) return;
    taken.add(i);
    const other = quoted(denied[denial.index]);
    const why = denial.lookAlike ? `it looks like ${other}, which is denied` : denial.pattern === pattern ? 'it is denied too' : `${other} is denied`;
    report.add('contradictory-entry', ['rules', 'allowed_tools', i], `${quoted(written)} is never allowed: ${why}, and denial wins`, 'remove one of the two entries');
  });
  return taken;
}

import { entries, isOn, member, quoted, texts, type Keys } from './document.js';
import type { Report } from './finding.js';

/** Lists of hosts: what is denied though it is allowed, what is listed twice, and patterns that allow nearly everything. */
export function checkHosts(rules: unknown, report: Report): void {
  if (isOn(member(rules, 'network'))) checkBlock(member(rules, 'network'), ['rules', 'network'], ['allowed_domains', 'denied_domains'], report);
  for (const [tool, block] of entries(member(rules, 'tools'))) {
    const keys: Keys = ['rules', 'tools', tool];
    checkBlock(member(block, 'network'), [...keys, 'network'], ['allowed_domains', 'denied_domains'], report);
    for (const [path, argument] of entries(member(block, 'args'))) {
      checkBlock(member(argument, 'url', 'hosts'), [...keys, 'args', path, 'url', 'hosts'], ['allowed', 'denied'], report);
    }
  }
}

function checkBlock(block: unknown, keys: Keys, [allows, denies]: readonly [string, string], report: Report): void {
  const allowed = texts(member(block, allows));
  const denials = new Set(texts(member(block, denies)).map(folded));
  const seen = new Set<string>();
  allowed.forEach((host, i) => {
    const name = folded(host);
    const at = [...keys, allows, i];
    const denial = denialOf(name, denials);
    if (seen.has(name)) report.add('duplicate-entry', at, `${quoted(host)} is listed twice`, 'remove one of the two');
    seen.add(name);
    if (denial !== undefined) report.add('contradictory-entry', at, `${quoted(host)} is never allowed: ${quoted(denial)} is denied, and denial wins`, 'remove one of the two entries');
    else if (isBroad(name)) report.add('broad-permission', at, `${quoted(host)} allows hosts of many owners`, 'name the hosts that the tools need');
  });
  checkShadowed(allowed, [...keys, allows], report);
}

function checkShadowed(allowed: readonly string[], keys: Keys, report: Report): void {
  const above = new Set(allowed.map(folded).filter((name) => name.startsWith('*.')).map((name) => name.slice(2)));
  allowed.forEach((host, i) => {
    const name = folded(host);
    const cover = parents(name.replace(/^\*\./, '')).find((parent) => above.has(parent) && parent.includes('.'));
    if (cover !== undefined) report.add('shadowed-entry', [...keys, i], `${quoted(host)} is covered by "*.${cover}": without it the list says the same`, `remove it, or "*.${cover}" if that allows too much`);
  });
}

/** A denied name covers every host below it. */
function denialOf(name: string, denials: ReadonlySet<string>): string | undefined {
  if (denials.has('*')) return '*';
  if (denials.has(name)) return name;
  const bare = name.replace(/^\*\./, '');
  return [bare, ...parents(bare)].find((parent) => denials.has(parent)) ?? parents(bare).map((parent) => `*.${parent}`).find((glob) => denials.has(glob));
}

/** The names above a name, nearest first; addresses and patterns have none. */
function parents(name: string): readonly string[] {
  if (name.includes('*') || /^[\d.]+$/.test(name) || name.includes(':')) return [];
  const labels = name.split('.');
  return labels.slice(1).map((_, i) => labels.slice(i + 1).join('.'));
}

/** Everything, or everything below a top-level domain. */
function isBroad(name: string): boolean {
  return name.includes('*') && name.split('.').filter((label) => !/^\**$/.test(label)).length < 2;
}

function folded(host: string): string {
  return host.trim().toLowerCase().replace(/\.$/, '');
}

import { readArgumentPath } from './argument-path.js';
import { Glob } from './glob.js';
import { lockOn, type LockTree } from './lock-paths.js';
import { member, type LockReport } from './lock-report.js';
import { overlap, type ComparisonBudget } from './pattern-cover.js';
import { memberPath, type MapEntry, type MapNode, type PolicyNode } from './policy-node.js';
import { sensitivityLevels } from './schema/checks.js';
import { levelWord } from './strictness.js';

/** Entries that are new in a child and take something from a rule that is locked, though they stand beside it. */
export function interplay(parent: MapNode, child: MapNode, locked: LockTree, report: LockReport, budget: ComparisonBudget): void {
  const lock = lockOn(locked, 'rules');
  if (lock === undefined) return;
  const walk = new Interplay(member(parent, 'rules'), member(child, 'rules'), lock, report, budget);
  walk.rates();
  walk.extraArguments();
  walk.levels();
  walk.reveals();
  walk.strategies();
}

type NamedEntry = readonly [string, MapEntry];

class Interplay {
  readonly #parent: PolicyNode | undefined;
  readonly #child: PolicyNode | undefined;
  readonly #lock: LockTree;
  readonly #report: LockReport;
  readonly #budget: ComparisonBudget;

  constructor(parent: PolicyNode | undefined, child: PolicyNode | undefined, lock: LockTree, report: LockReport, budget: ComparisonBudget) {
    this.#parent = parent;
    this.#child = child;
    this.#lock = lock;
    this.#report = report;
    this.#budget = budget;
  }

  /** A name goes before a pattern, and a longer pattern before a shorter: such an entry must not allow more calls. */
  rates(): void {
    const lock = this.#at('rate_limits', 'per_tool');
    const block = member(this.#parent, 'rate_limits');
    if (lock === undefined || isOff(block)) return;
    const locked = entriesOf(member(block, 'per_tool')).filter(([name]) => name.includes('*') && lockOn(lock, name) !== undefined);
    for (const [name, { node }] of this.#added(member(block, 'per_tool'), member(member(this.#child, 'rate_limits'), 'per_tool'))) {
      const path = memberPath('rules.rate_limits.per_tool', name);
      if (!this.#afford(locked.length, path, node, lock)) return;
      const above = locked.filter(([pattern]) => overlap(pattern, name) && new Glob(name).weight >= new Glob(pattern).weight);
      for (const [, { node: rule }] of above) {
        const [calls, window] = rateOf(rule);
        const [moreCalls, shorterWindow] = rateOf(node);
        if (moreCalls <= calls && shorterWindow >= window) continue;
        this.#report.loose(path, node, rule, lock, `at most ${String(calls)} calls in at least ${String(window)} seconds`);
      }
    }
  }

  /** Arguments that any block of a tool names are no extra arguments, so that another block could let them in. */
  extraArguments(): void {
    const lock = this.#at('tools');
    if (lock === undefined) return;
    const tools = member(this.#parent, 'tools');
    const closed = entriesOf(tools).filter(([name, { node }]) => {
      const held = lockOn(lock, name);
      return wordOf(member(node, 'extra_args')) === 'deny' && held !== undefined && lockOn(held, 'extra_args') !== undefined;
    });
    if (closed.length === 0) return;
    for (const [name, { node }] of entriesOf(member(this.#child, 'tools'))) {
      const args = member(node, 'args');
      const before = rootsOf(member(member(tools, name), 'args'));
      const added = entriesOf(args).filter(([path]) => isNew(path, before));
      const path = memberPath(memberPath('rules.tools', name), 'args');
      if (!this.#afford(closed.length * added.length, path, args, lock)) return;
      for (const [, { node: block }] of closed.filter(([pattern]) => overlap(pattern, name))) this.#extra(path, added, block, lock);
    }
  }

  #extra(at: string, added: readonly NamedEntry[], closed: PolicyNode, lock: LockTree): void {
    const named = rootsOf(member(closed, 'args'));
    for (const [path, { node }] of added.filter(([argument]) => isNew(argument, named))) {
      this.#report.loose(memberPath(at, path), node, member(closed, 'extra_args'), lock, 'only the arguments that it names');
    }
  }

  /** Where nothing is said of a tool or an argument a default holds, which a new word must not undercut. */
  levels(): void {
    const labels = member(this.#parent, 'sensitivity_labels');
    if (labels?.kind !== 'map' || isOff(labels)) return;
    const held = this.#at('sensitivity_labels');
    const clearance = levelOf(member(labels, 'default_clearance')) ?? 1;
    const label = levelOf(member(labels, 'default_label')) ?? 0;
    if (held !== undefined) {
      const path = 'rules.sensitivity_labels';
      const now = member(this.#child, 'sensitivity_labels');
      for (const [name, { node }] of this.#added(member(labels, 'clearances'), member(now, 'clearances'))) {
        this.#atMost(memberPath(`${path}.clearances`, name), node, clearance, labels, held);
      }
      for (const [name, { node }] of this.#added(member(labels, 'fields'), member(now, 'fields'))) {
        this.#atLeast(memberPath(`${path}.fields`, name), node, label, labels, held);
      }
    }
    const tools = member(this.#parent, 'tools');
    for (const [name, { node }] of entriesOf(member(this.#child, 'tools'))) {
      const path = memberPath('rules.tools', name);
      const before = member(tools, name);
      const lock = held ?? this.#at('tools', name, 'clearance');
      if (lock !== undefined) this.#atMost(`${path}.clearance`, member(node, 'clearance'), levelOf(member(before, 'clearance')) ?? clearance, labels, lock);
      const args = held ?? this.#at('tools', name, 'args');
      if (args === undefined) continue;
      for (const [argument, { node: now }] of entriesOf(member(node, 'args'))) {
        const least = levelOf(member(member(member(before, 'args'), argument), 'sensitivity')) ?? label;
        this.#atLeast(`${memberPath(`${path}.args`, argument)}.sensitivity`, member(now, 'sensitivity'), least, labels, args);
      }
    }
  }

  /** What a tool gets in the clear is hidden from it otherwise: a new block must not let it have more. */
  reveals(): void {
    const tools = member(this.#parent, 'tools');
    for (const [name, { node }] of entriesOf(member(this.#child, 'tools'))) {
      const lock = this.#at('pii_redaction') ?? this.#at('tools', name) ?? this.#lockOver(name, tools);
      if (lock === undefined) continue;
      const [now, before] = [node, member(tools, name)].map((block) => wordsOf(member(member(block, 'pii_redaction'), 'reveal')));
      const added = now?.filter((category) => before?.includes(category) !== true) ?? [];
      // What both files say of one block is compared as every list is.
      const isCompared = this.#at('tools', name) !== undefined && (before?.length ?? 0) > 0;
      if (added.length === 0 || isCompared) continue;
      const path = `${memberPath('rules.tools', name)}.pii_redaction.reveal`;
      this.#report.loose(path, member(member(node, 'pii_redaction'), 'reveal'), before === undefined ? undefined : member(tools, name), lock, 'no category that the parent does not reveal to it');
    }
  }

  /** The lock on a block of the parent that says something of the same tools. */
  #lockOver(name: string, tools: PolicyNode | undefined): LockTree | undefined {
    for (const [pattern] of entriesOf(tools)) {
      const lock = this.#at('tools', pattern);
      if (lock !== undefined && overlap(pattern, name)) return lock;
    }
    return undefined;
  }

  /** A strategy for one category stands above the general one, so that a locked one could be gone round. */
  strategies(): void {
    const block = member(this.#parent, 'pii_redaction');
    const lock = this.#at('pii_redaction', 'strategy') ?? this.#at('pii_redaction', 'strategies');
    if (lock === undefined || block === undefined || isOff(block)) return;
    for (const [category, { node }] of this.#added(member(block, 'strategies'), member(member(this.#child, 'pii_redaction'), 'strategies'))) {
      this.#report.loose(memberPath('rules.pii_redaction.strategies', category), node, member(block, 'strategy') ?? block, lock, 'the strategy that the parent has for it');
    }
  }

  #atMost(path: string, node: PolicyNode | undefined, level: number, labels: PolicyNode, lock: LockTree): void {
    const got = levelOf(node);
    if (got !== undefined && got > level) this.#report.loose(path, node, labels, lock, `at most ${sensitivityLevels[level] ?? ''}`);
  }

  #atLeast(path: string, node: PolicyNode | undefined, level: number, labels: PolicyNode, lock: LockTree): void {
    const got = levelOf(node);
    if (got !== undefined && got < level) this.#report.loose(path, node, labels, lock, `at least ${sensitivityLevels[level] ?? ''}`);
  }

  #at(...path: readonly string[]): LockTree | undefined {
    return path.reduce<LockTree | undefined>((lock, name) => (lock === undefined ? undefined : lockOn(lock, name)), this.#lock);
  }

  #added(parent: PolicyNode | undefined, child: PolicyNode | undefined): readonly NamedEntry[] {
    return entriesOf(child).filter(([name]) => member(parent, name) === undefined);
  }

  /** Fails closed: what cannot be compared counts as looser. */
  #afford(comparisons: number, path: string, at: PolicyNode | undefined, lock: LockTree): boolean {
    if (this.#budget.spend(comparisons)) return true;
    this.#report.loose(path, at, undefined, lock, 'fewer patterns: these are too many to compare');
    return false;
  }
}

function entriesOf(node: PolicyNode | undefined): readonly NamedEntry[] {
  return node?.kind === 'map' ? [...node.entries] : [];
}

function wordsOf(node: PolicyNode | undefined): readonly string[] {
  return node?.kind === 'list' ? node.items.flatMap((item) => (item.kind === 'scalar' && typeof item.value === 'string' ? [item.value] : [])) : [];
}

function rateOf(rule: PolicyNode): readonly [calls: number, windowSeconds: number] {
  const number = (name: string, absent: number): number => {
    const node = member(rule, name);
    return node?.kind === 'scalar' && typeof node.value === 'number' ? node.value : absent;
  };
  return [number('max_calls', 100), number('window_seconds', 60)];
}

function rootsOf(args: PolicyNode | undefined): ReadonlySet<string | undefined> {
  return new Set(entriesOf(args).map(([path]) => rootOf(path)));
}

/** The argument that a path names; one such as `*` names none. */
function rootOf(path: string): string | undefined {
  const step = readArgumentPath(path).steps?.[0];
  return step?.kind === 'name' ? step.name : undefined;
}

function isNew(path: string, named: ReadonlySet<string | undefined>): boolean {
  const root = rootOf(path);
  return root !== undefined && !named.has(root);
}

function wordOf(node: PolicyNode | undefined): unknown {
  return node?.kind === 'scalar' ? node.value : undefined;
}

function levelOf(node: PolicyNode | undefined): number | undefined {
  const word = wordOf(node);
  const level = typeof word === 'string' ? sensitivityLevels.findIndex((known) => known === levelWord(word)) : -1;
  return level < 0 ? undefined : level;
}

function isOff(block: PolicyNode | undefined): boolean {
  return wordOf(member(block, 'enabled')) === false;
}

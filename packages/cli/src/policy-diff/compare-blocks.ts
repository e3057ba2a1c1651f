import { ToolList, type Policy } from '@enforcecore/core';
import { entries, given, isOn, member, rulesIn } from '../policy-lint/document.js';
import { placeText, type Change } from './change.js';
import { compareValue, levelWord } from './compare-values.js';
import { subjectsOf } from './tool-subjects.js';

/** From the loosest clearance to the strictest. */
const clearing = ['restricted', 'confidential', 'internal', 'public'];

/** What several blocks of one policy say of one tool together: no block alone tells it. */
export function compareBlocks(before: Policy, after: Policy): readonly Change[] {
  const [was, is] = [new BlockReader(before), new BlockReader(after)];
  return subjectsOf(before, after).flatMap(({ label, sample }): Change[] => {
    const change = (effect: Change['effect'], what: string): Change => ({ effect, what, path: `rules.tools["${label}"]`, before: was.placeOf(label), after: is.placeOf(label) });
    const [from, to] = [was.argumentsOf(sample), is.argumentsOf(sample)];
    const added = from === undefined || to === undefined ? [] : [...to].filter((name) => !from.has(name));
    const [clearance, cleared] = [was.clearanceOf(sample), is.clearanceOf(sample)];
    // A change of the default is told once, and not of every tool.
    const isSaid = was.hasLevels && is.hasLevels && (clearance ?? cleared) !== undefined;
    const levels = isSaid ? compareValue(clearing, clearance ?? was.defaultClearance, cleared ?? is.defaultClearance) : undefined;
    return [
      ...(added.length === 0 ? [] : [change('looser', `extra_args: deny lets ${added.map((name) => JSON.stringify(name)).slice(0, 5).join(', ')} pass now`)]),
      ...(levels === undefined ? [] : [change(levels.effect, `the clearance ${levels.what}`)]),
    ];
  });
}

class BlockReader {
  readonly hasLevels: boolean;
  readonly defaultClearance: string;
  readonly #policy: Policy;
  readonly #blocks: readonly (readonly [string, unknown])[];
  readonly #index: ToolList;
  readonly #clearances: readonly (readonly [string, unknown])[];
  readonly #cleared: ToolList;

  constructor(policy: Policy) {
    const rules = rulesIn(policy);
    const labels = member(rules, 'sensitivity_labels');
    this.#policy = policy;
    this.#blocks = entries(member(rules, 'tools'));
    this.#index = new ToolList(this.#blocks.map(([name]) => name));
    this.hasLevels = isOn(labels);
    this.#clearances = entries(member(labels, 'clearances'));
    this.#cleared = new ToolList(this.#clearances.map(([name]) => name));
    this.defaultClearance = levelWord(given(labels, 'default_clearance') ?? 'internal');
  }

  /** The arguments that a closed tool may be given; `undefined` where it may be given any. */
  argumentsOf(tool: string): ReadonlySet<string> | undefined {
    const blocks = this.#blocksOf(tool);
    if (!blocks.some((block) => member(block, 'extra_args') === 'deny')) return undefined;
    return new Set(blocks.flatMap((block) => entries(member(block, 'args')).map(([path]) => rootOf(path))));
  }

  /** The lowest level that anything but the default says of the tool. */
  clearanceOf(tool: string): string | undefined {
    const listed = this.#cleared.matches(tool).map(({ index }) => this.#clearances[index]?.[1]);
    const said = [...listed, ...this.#blocksOf(tool).map((block) => given(block, 'clearance'))].filter((level) => level !== undefined);
    const strictest = said.map((level) => clearing.indexOf(levelWord(level))).reduce((most, rank) => Math.max(most, rank), -1);
    return clearing[strictest];
  }

  placeOf(label: string): string | null {
    return placeText(this.#policy, ['rules', 'tools', label]);
  }

  #blocksOf(tool: string): readonly unknown[] {
    return this.#index.matches(tool).map(({ index }) => this.#blocks[index]?.[1]);
  }
}

/** The argument that a path begins with: `filters[*].value` is about `filters`. */
function rootOf(path: string): string {
  return /^(?:\["[^"]*"\]|[^.[]*)/.exec(path)?.[0] ?? path;
}

import type { Change, Effect } from '../policy-diff/change.js';
import type { ToolChange, ToolVerdictText } from '../policy-diff/compare-tools.js';
import type { TrailDiff } from '../policy-diff/trail-diff.js';
import { counted } from './amounts.js';
import type { Painter } from './painter.js';
import { plainText } from './plain-text.js';

/** Two policies, compared. */
export interface PolicyDiff {
  readonly before: { readonly file: string; readonly name: string; readonly version: string };
  readonly after: { readonly file: string; readonly name: string; readonly version: string };
  readonly tools: readonly ToolChange[];
  readonly changes: readonly Change[];
  readonly trail: TrailDiff | undefined;
}

const maxShown = 200;

/** What becomes allowed and what becomes blocked, for a person; what is looser comes first. */
export function diffReport(paint: Painter, diff: PolicyDiff): string {
  const title = [diff.before, diff.after].map(({ file, name, version }) => plainText(`${file} (${name} ${version})`)).join(' -> ');
  const parts = [
    ...effects.map(([effect, head, colour]) => section(paint, paint(colour, head), linesOf(paint, diff, effect))),
    ...(diff.trail === undefined ? [] : [trailText(paint, diff.trail)]),
  ].filter((part) => part !== '');
  const nothing = diff.tools.length + diff.changes.length === 0 ? ['The policies allow the same.\n'] : [];
  return [`${paint('bold', title)}\n`, ...nothing, ...parts, `${summary(diff)}\n`].join('\n');
}

const effects: readonly (readonly [Effect, string, 'red' | 'yellow' | 'green'])[] = [
  ['looser', 'LOOSER: the new policy allows what the old one did not', 'red'],
  ['different', 'DIFFERENT: looser or tighter, which cannot be told', 'yellow'],
  ['tighter', 'TIGHTER: the new policy refuses what the old one did not', 'green'],
];

function section(paint: Painter, head: string, lines: readonly string[]): string {
  if (lines.length === 0) return '';
  const more = lines.length > maxShown ? `  and ${counted(lines.length - maxShown, 'more change')}\n` : '';
  return `${paint('bold', head)}\n${lines.slice(0, maxShown).join('')}${more}`;
}

function linesOf(paint: Painter, { tools, changes }: PolicyDiff, effect: Effect): readonly string[] {
  return [
    ...tools.filter((one) => one.effect === effect).map((one) => toolText(paint, one)),
    ...changes.filter((one) => one.effect === effect).map((one) => changeText(paint, one)),
  ];
}

function toolText(paint: Painter, { tool, before, after }: ToolChange): string {
  const line = (label: string, { reason, at }: ToolVerdictText): string => `      ${label}  ${plainText(reason)}${paint('dim', at === null ? '' : `  ${plainText(at)}`)}\n`;
  return `  ${paint('bold', plainText(tool))}  ${before.standing} -> ${after.standing}\n${line('old', before)}${line('new', after)}`;
}

function changeText(paint: Painter, { path, what, before, after }: Change): string {
  const places = [before, after].map((place) => plainText(place ?? '-')).join(' -> ');
  return `  ${paint('bold', plainText(path))}  ${plainText(what)}\n      ${paint('dim', places)}\n`;
}

function trailText(paint: Painter, { calls, becomeBlocked, becomeAllowed, undecidable, groups }: TrailDiff): string {
  const head = `${paint('bold', 'In the trail')}  ${counted(calls, 'call')}: ${String(becomeAllowed)} would become allowed, ${String(becomeBlocked)} blocked\n`;
  const rows = groups.slice(0, maxShown).map(({ tool, becomes, calls: of, reason }) => {
    const label = becomes === 'allowed' ? paint('red', 'allowed') : paint('green', 'blocked');
    return `  ${label}  ${counted(of, 'call')} of ${plainText(tool)}: ${becomes === 'allowed' ? 'no longer refused: ' : ''}${plainText(reason)}\n`;
  });
  const more = groups.length > maxShown ? `  and ${counted(groups.length - maxShown, 'more tool')}\n` : '';
  const open = undecidable === 0 ? '' : `  ${counted(undecidable, 'call')} not decidable: rules on arguments changed, and a trail holds no arguments\n`;
  return `${head}${rows.join('')}${more}${open}`;
}

function summary({ tools, changes }: PolicyDiff): string {
  const count = (effect: Effect): string => String([...tools, ...changes].filter((one) => one.effect === effect).length);
  return `${count('looser')} looser, ${count('different')} different, ${count('tighter')} tighter`;
}

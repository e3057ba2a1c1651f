import { ageText, bytesText, counted, durationText, grouped } from '../render/amounts.js';
import { checklist } from '../render/checklist.js';
import { plainText } from '../render/plain-text.js';
import { wrapText } from '../render/wrap-text.js';
import type { Session } from '../session.js';
import type { AnyResult, Run } from './run-verification.js';
import type { Verdict } from './verdict-text.js';

/** Errors that a person is shown; `--json` has more. */
const shownErrors = 10;
/** The speed of a shorter reading is that of starting it. */
const fromMs = 200;

/** What a person reads of a verification. */
export function report(session: Session, trail: string, run: Run, verdict: Verdict): string {
  const { paint } = session;
  const { result, anchors } = run;
  const word = result.valid ? paint('green', 'VALID') : paint('red', 'NOT VALID');
  const format = anchors.format === 'enforcecore-py' ? '  (written by the Python EnforceCore)' : '';
  return [
    `${word}  ${plainText(trail)}${format}\n\n`,
    checklist(session, result.checks.map((check) => ({ ...check, detail: check.detail + placeText(check.first ?? null) }))),
    `\n${facts(result)}\n`,
    paint('dim', effort(run)),
    `\nsize ${String(result.size)}\nroot ${result.root}\n`,
    lastCheckpoint(session, result),
    errorsText(session, result),
    `\n${sentence(session, 'Proven', verdict.proven)}${sentence(session, 'Not proven', verdict.notProven)}`,
    result.valid && anchors.expectSize === undefined && !anchors.hasExpectedRoot ? hint(session, trail, result) : '',
  ].join('');
}

function placeText(place: AnyResult['checks'][number]['first'] | null): string {
  if (place === null || place === undefined) return '';
  const line = place.line === 0 ? '' : `, line ${String(place.line)}`;
  const index = place.index === null ? '' : `, index ${String(place.index)}`;
  return ` (${place.file}${line}${index})`;
}

function facts(result: AnyResult): string {
  return [
    counted(result.entries, 'entry', 'entries'),
    counted(result.size, 'line'),
    counted(result.writers, 'writer'),
    ...(result.segments > 0 ? [counted(result.segments, 'file')] : []),
    ...(result.recovered > 0 ? [`${grouped(result.recovered)} recovered`] : []),
    ...((result.erased ?? 0) > 0 ? [`${grouped(result.erased ?? 0)} erased`] : []),
  ].join(', ');
}

function effort({ result, bytes, ms }: Run): string {
  const speed = ms < fromMs ? '' : `, ${grouped(Math.round((result.entries / ms) * 1000))} entries/s`;
  const megabytes = bytes === undefined || ms < fromMs ? '' : `, ${bytesText(Math.round((bytes / ms) * 1000))}/s`;
  return `${bytes === undefined ? 'read' : bytesText(bytes)} in ${durationText(ms)}${speed}${megabytes}`;
}

function lastCheckpoint({ io }: Session, { checkpoints, size }: AnyResult): string {
  if (checkpoints === undefined) return '';
  const { lastSize, lastTime } = checkpoints;
  if (lastSize === null || lastTime === null) return 'no checkpoint\n';
  const age = ageText(io.now().getTime() - Date.parse(lastTime));
  const text = `last checkpoint at size ${String(lastSize)}, ${counted(Math.max(0, size - lastSize), 'line')} before the end, made ${age} (${lastTime})`;
  return `${wrapText(text, io.stdout.columns)}\n`;
}

function errorsText({ paint }: Session, { errors }: AnyResult): string {
  if (errors.length === 0) return '';
  const lines = errors.slice(0, shownErrors).map(({ file, line, index, code, message }) => {
    const where = line === 0 ? file : `${file}:${String(line)}`;
    const at = index === null || index === undefined ? '' : ` index ${String(index)}`;
    return `${plainText(where)}${at} ${paint('red', code)}: ${plainText(message)}\n`;
  });
  const rest = errors.length - shownErrors;
  return `\n${lines.join('')}${rest > 0 ? `and at least ${counted(rest, 'more error')}; --json lists them\n` : ''}`;
}

function sentence({ io }: Session, title: string, parts: readonly string[]): string {
  return parts.length === 0 ? '' : `${wrapText(`${title}: ${parts.join('; ')}.`, io.stdout.columns)}\n`;
}

function hint({ paint }: Session, trail: string, { size, root }: AnyResult): string {
  const command = `enforcecore verify ${plainText(trail)} --expect-size ${String(size)} --expect-root ${root}`;
  return paint('dim', `\nKeep size and root elsewhere; then this also finds lines cut off at the end:\n  ${command}`) + '\n';
}

import { benignTexts } from './benign/index.js';
import { generate, type Family } from './generate.js';
import type { RecogniserCase } from './recognisers/case.js';
import { recogniserCases } from './recognisers/index.js';
import { categories, type Label, type Sample } from './sample.js';
import { joinedSamples, surroundedSamples } from './surroundings.js';
import { families, unseen } from './templates/index.js';
import { namedProse } from './templates/named-prose.js';

export { benignTexts, categories, families, joinedSamples, namedProse, recogniserCases, surroundedSamples, unseen };
export type { Label, RecogniserCase, Sample };

/** How well a detector does in one category; shares go from 0 to 1. */
export interface QualityRow {
  readonly category: string;
  readonly labels: number;
  /** Labels whose every character is reported under their category. */
  readonly found: number;
  /** Labels whose every character is reported under any categories: nothing of them is left after redaction. */
  readonly hidden: number;
  readonly reports: number;
  /** Reports that overlap a label of their category. */
  readonly right: number;
  readonly recall: number;
  readonly precision: number;
}

/** What is found in a text: spans with their categories. */
export type Detect = (text: string) => readonly Label[];

/** Whoever only rewrites texts: a text in, the text without personal data out. */
export type Redact = (text: string) => string | PromiseLike<string>;

/** `rounds` texts of every template, the same for the same seed. */
export function piiSamples(rounds = 6, seed = 1, of: readonly Family[] = families): Sample[] {
  return generate(of, rounds, seed);
}

/** Recall and precision by category; categories the samples do not label are left out. */
export function measurePii(detect: Detect, samples: readonly Sample[] = piiSamples()): QualityRow[] {
  const judged = samples.map(({ text, labels }) => ({ labels, reports: detect(text) }));
  return categories.flatMap((category) => {
    const row = { labels: 0, found: 0, hidden: 0, reports: 0, right: 0 };
    for (const { labels, reports } of judged) {
      const mine = reports.filter((report) => report.category === category);
      const wanted = labels.filter((label) => label.category === category);
      row.labels += wanted.length;
      row.found += wanted.filter((label) => isCovered(label, mine)).length;
      row.hidden += wanted.filter((label) => isCovered(label, reports)).length;
      row.reports += mine.length;
      row.right += mine.filter((report) => wanted.some((label) => overlaps(label, report))).length;
    }
    return row.labels === 0 ? [] : [{ category, ...row, recall: row.found / row.labels, precision: row.reports === 0 ? 1 : row.right / row.reports }];
  });
}

/** Share of the labels of one category that do not show in the redacted text: what can be asked of those who report no spans. */
export async function shareGone(redact: Redact, category: string, samples: readonly Sample[]): Promise<number> {
  let all = 0;
  let gone = 0;
  for (const { text, labels } of samples) {
    const wanted = labels.filter((label) => label.category === category);
    if (wanted.length === 0) continue;
    const shown = await redact(text);
    all += wanted.length;
    gone += wanted.filter((label) => isGone(text, label, shown)).length;
  }
  return all === 0 ? 1 : gone / all;
}

/** Pieces of three letters or digits that stand elsewhere in the text as well prove nothing. */
function isGone(text: string, { start, end }: Label, shown: string): boolean {
  const around = `${text.slice(0, start)}\n${text.slice(end)}`;
  const pieces = text.slice(start, end).split(/[^\p{L}\p{N}]+/u).filter((piece) => piece.length > 2 && !around.includes(piece));
  return !pieces.some((piece) => shown.includes(piece));
}

/** Reports per thousand texts that hold nothing personal: a text with two counts twice. */
export function reportsPerThousand(detect: Detect, texts: readonly string[] = benignTexts()): number {
  return (1000 * texts.reduce((sum, text) => sum + detect(text).length, 0)) / texts.length;
}

/** Share of the snippets of a category in which exactly as many values are found as there are. */
export function shareExact(detect: Detect, category: string, cases: readonly RecogniserCase[] = recogniserCases): number {
  const mine = cases.filter((one) => one.category === category);
  const exact = mine.filter(({ text, count }) => detect(text).filter((report) => report.category === category).length === count);
  return exact.length / mine.length;
}

export function overlaps(a: Label, b: Label): boolean {
  return a.start < b.end && b.start < a.end;
}

/** Whether the reports together leave nothing of the label. */
export function isCovered(label: Label, reports: readonly Label[]): boolean {
  let at = label.start;
  for (const report of [...reports].sort((a, b) => a.start - b.start)) {
    if (report.start > at) break;
    at = Math.max(at, report.end);
  }
  return at >= label.end;
}

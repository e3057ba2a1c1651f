import type { Finding } from './finding.js';

/** A text after its findings were replaced, and where each replacement stands in it. */
export interface Spliced {
  readonly text: string;
  readonly findings: readonly Finding[];
  /** End of each replacement in `text`; its start follows from the finding before. */
  readonly ends: readonly number[];
}

export function splice(text: string, findings: readonly Finding[], replacementOf: (finding: Finding) => string): Spliced {
  const ends: number[] = [];
  let out = '';
  let from = 0;
  for (const finding of findings) {
    out += text.slice(from, finding.start) + replacementOf(finding);
    ends.push(out.length);
    from = finding.end;
  }
  return { text: out + text.slice(from), findings, ends };
}

/** Where a position that no finding covers is found after the splice. */
export function movedBy({ findings, ends }: Spliced, position: number): number {
  let k = 0;
  while (k < findings.length && (findings[k]?.end ?? 0) <= position) k += 1;
  return k === 0 ? position : position - (findings[k - 1]?.end ?? 0) + (ends[k - 1] ?? 0);
}

/** A span of the spliced text as the span of the original it came from: a touched replacement counts whole. */
export function sourceOf({ findings, ends }: Spliced, start: number, end: number): { readonly start: number; readonly end: number } {
  let from = start;
  let to = end;
  let shift = 0;
  for (let k = 0; k < findings.length; k += 1) {
    const finding = findings[k];
    const outEnd = ends[k] ?? 0;
    if (finding === undefined) break;
    const outStart = finding.start + shift;
    if (outStart >= end) break;
    shift = outEnd - finding.end;
    from = outEnd <= start ? start - shift : outStart <= start ? finding.start : from;
    to = outEnd >= end ? finding.end : end - shift;
  }
  return { start: from, end: to };
}

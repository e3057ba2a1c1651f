/** One hidden thing: offsets are UTF-16 units of the original text, `end` is exclusive. */
export interface Finding {
  readonly kind: 'pii' | 'secret';
  readonly category: string;
  readonly start: number;
  readonly end: number;
  /** The value itself; only where `includeOriginal` asked for it. */
  readonly value?: string;
}

/** A text with its findings replaced; a clean text comes back as it was. */
export interface TextRedaction {
  readonly text: string;
  readonly findings: readonly Finding[];
  /** The text as it was given; only where `includeOriginal` asked for it. */
  readonly original?: string;
}

export const noFindings: readonly Finding[] = Object.freeze([]);

/** Where the scanner leaves what it saw. */
export class Sink {
  readonly found: Finding[] = [];
  /** Start of a value that the end of the text may have cut off, or -1. */
  openFrom = -1;
  /** Whether something looked like a value and was let go: with its neighbours hidden it may be judged otherwise. */
  doubtful = false;

  pii(category: string, start: number, end: number): void {
    this.found.push({ kind: 'pii', category, start, end });
  }

  secret(category: string, start: number, end: number): void {
    this.found.push({ kind: 'secret', category, start, end });
  }

  open(start: number): void {
    if (this.openFrom < 0 || start < this.openFrom) this.openFrom = start;
  }
}

/** Sorts by start and joins what overlaps; the longest part names the union; a secret wins a tie, and a specific one wins against `generic_api_key`. */
export function unite(found: Finding[]): Finding[] {
  if (found.length < 2) return found;
  found.sort((a, b) => a.start - b.start || b.end - a.end);
  const out: Finding[] = [];
  let best: Finding | undefined;
  let end = 0;
  for (const next of found) {
    if (best !== undefined && next.start < end) {
      end = Math.max(end, next.end);
      if (outranks(next, best)) best = next;
      const first = out[out.length - 1];
      if (first !== undefined) out[out.length - 1] = { kind: best.kind, category: best.category, start: first.start, end };
    } else {
      out.push(next);
      best = next;
      end = next.end;
    }
  }
  return out;
}

function outranks(a: Finding, b: Finding): boolean {
  const longer = a.end - a.start - (b.end - b.start);
  return longer > 0 || (longer === 0 && rank(a) > rank(b));
}

/** A published format says more than the name before it, and a secret more than a number. */
function rank({ kind, category }: Finding): number {
  if (kind === 'pii') return 0;
  return category === 'generic_api_key' ? 1 : 2;
}

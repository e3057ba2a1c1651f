import { RedactError } from '../errors.js';
import type { Line } from './line.js';
import type { PersonCandidate } from './person-rules.js';
import type { TaggedSpan, Tagger } from './peer.js';

/** What the tagger's agreement and disagreement are worth. */
const agreed = 0.82;
const window = 120;

/** Asks the tagger about the candidates that the rules cannot decide, each with a piece of the line around it. */
export class PersonTagging {
  readonly #tagger: Tagger;
  readonly #most: number;
  #tagged = 0;

  constructor(tagger: Tagger, most: number) {
    this.#tagger = tagger;
    this.#most = most;
  }

  judge(line: Line, candidates: readonly PersonCandidate[], threshold: number): PersonCandidate[] {
    let tagged: readonly TaggedSpan[] = [];
    let taggedTo = -1;
    return candidates.map((candidate) => {
      if (!candidate.ask || candidate.score >= threshold || agreed < threshold) return candidate;
      if (candidate.end > taggedTo) {
        const from = wordStart(line.text, Math.max(0, taggedTo, candidate.start - window));
        taggedTo = Math.max(candidate.end, wordEnd(line.text, Math.min(line.text.length, candidate.end + window)));
        tagged = this.#people(line.text.slice(Math.min(from, candidate.start), taggedTo), Math.min(from, candidate.start));
      }
      const agrees = tagged.some(({ start, end }) => start < candidate.end && end > candidate.start);
      return agrees ? { ...candidate, score: Math.max(candidate.score, agreed) } : candidate;
    });
  }

  #people(text: string, from: number): TaggedSpan[] {
    this.#tagged += text.length;
    if (this.#tagged > this.#most) {
      throw new RedactError('BUDGET', `more than ${String(this.#most)} units of one text would have to be tagged to find names: hand over shorter texts or raise maxTaggedUnits`);
    }
    return this.#tagger.people(text).map(({ start, end }) => ({ start: start + from, end: end + from }));
  }
}

/** A window starts and ends between words; a very long word is cut. */
function wordStart(text: string, at: number): number {
  if (at === 0) return 0;
  const space = text.indexOf(' ', at);
  return space < 0 || space - at > 40 ? at : space + 1;
}

function wordEnd(text: string, at: number): number {
  if (at >= text.length) return text.length;
  const space = text.lastIndexOf(' ', at);
  return at - space > 40 ? at : space;
}

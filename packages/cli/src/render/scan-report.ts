import type { Session } from '../session.js';
import type { Excerpt } from '../text/excerpt.js';
import type { Located } from '../text/text-scanner.js';
import { counted, countsText } from './amounts.js';
import { plainText } from './plain-text.js';

interface Reported extends Omit<Located, 'shape' | 'excerpt' | 'mark'> {
  readonly source: string;
  readonly context?: string;
}

export interface ReportOptions {
  readonly json?: boolean;
  /** Whether findings are shown in their surroundings. */
  readonly context?: boolean;
}

/** What a scan found: a line each as it is found, or one document at the end. */
export class ScanReport {
  readonly #session: Session;
  readonly #json: boolean;
  readonly #context: boolean;
  readonly #findings: Reported[] = [];
  readonly #counts = new Map<string, number>();
  readonly #binary: string[] = [];
  readonly #unreadable: string[] = [];
  readonly #withFindings = new Set<string>();
  #source = '';
  #sources = 0;
  #total = 0;
  #known = 0;

  constructor(session: Session, { json = false, context = false }: ReportOptions) {
    this.#session = session;
    this.#json = json;
    this.#context = context;
  }

  begin(source: string): void {
    this.#source = source;
    this.#sources += 1;
  }

  leftOut(source: string): void {
    this.#binary.push(source);
  }

  failed(source: string): void {
    this.#unreadable.push(source);
  }

  /** Counts findings that were accepted before, and are not reported. */
  knew(findings: number): void {
    this.#known += findings;
  }

  get sources(): number {
    return this.#sources;
  }

  get binary(): readonly string[] {
    return this.#binary;
  }

  get unreadable(): readonly string[] {
    return this.#unreadable;
  }

  /** @param counts whether findings fail the command */
  async add(findings: readonly Located[], counts = true): Promise<void> {
    if (findings.length === 0) return;
    if (counts) this.#session.raise(1);
    this.#withFindings.add(this.#source);
    this.#total += findings.length;
    const { paint } = this.#session;
    let lines = '';
    for (const { kind, category, start, end, line, column, shape, excerpt } of findings) {
      this.#counts.set(category, (this.#counts.get(category) ?? 0) + 1);
      if (this.#json) {
        const context = excerpt === undefined || !this.#context ? {} : { context: apart(lineOf(excerpt)) };
        this.#findings.push({ source: this.#source, line, column, kind, category, start, end, ...context });
      } else {
        const colour = kind === 'pii' ? 'yellow' : 'red';
        lines += `${plainText(this.#source)}:${String(line)}:${String(column)}: ${paint(colour, `${kind} ${category}`)}  ${paint('dim', shape)}\n`;
        if (excerpt !== undefined && this.#context) lines += `    ${lineOf(excerpt, (text) => paint(colour, text))}\n`;
      }
    }
    if (lines !== '') await this.#session.print(lines);
  }

  async conclude(): Promise<void> {
    const counts = Object.fromEntries(this.#counts);
    if (this.#json) {
      const [findings, sources, binary, unreadable] = [this.#findings, this.#sources, this.#binary, this.#unreadable];
      const known = this.#known === 0 ? {} : { known: this.#known };
      return this.#session.printJson({ clean: this.#total === 0 && unreadable.length === 0, counts, sources, binary, unreadable, ...known, findings });
    }
    const where = `${counted(this.#withFindings.size, 'input')} of ${String(this.#sources)}`;
    const found = this.#total === 0 ? `nothing found in ${counted(this.#sources, 'input')}` : `${counted(this.#total, 'finding')} in ${where}: ${countsText(counts)}`;
    const rest = [
      ...(this.#known === 0 ? [] : [`${counted(this.#known, 'finding')} known by the baseline`]),
      ...(this.#binary.length === 0 ? [] : [`${counted(this.#binary.length, 'binary file')} left out`]),
      ...(this.#unreadable.length === 0 ? [] : [`${String(this.#unreadable.length)} not read`]),
    ];
    return this.#session.note([found, ...rest].join('; '));
  }
}

/** The surroundings on one line, with placeholders for everything found in them. */
function lineOf({ pieces, isCutBefore, isCutAfter }: Excerpt, mark = (text: string): string => text): string {
  const shown = pieces.map(({ text, found }) => (found.length === 0 ? plainText(text) : mark(text)));
  return `${isCutBefore ? '…' : ''}${shown.join('')}${isCutAfter ? '…' : ''}`;
}

/** A copy: a part of a text would keep all of that text alive. */
function apart(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}

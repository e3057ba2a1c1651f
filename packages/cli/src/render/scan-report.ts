import type { Session } from '../session.js';
import type { Located } from '../text/text-scanner.js';
import { counted, countsText } from './amounts.js';
import { plainText } from './plain-text.js';

interface Reported extends Omit<Located, 'shape'> {
  readonly source: string;
}

/** What a scan found: a line each as it is found, or one document at the end. */
export class ScanReport {
  readonly #session: Session;
  readonly #json: boolean;
  readonly #findings: Reported[] = [];
  readonly #counts = new Map<string, number>();
  readonly #binary: string[] = [];
  readonly #unreadable: string[] = [];
  readonly #withFindings = new Set<string>();
  #source = '';
  #sources = 0;
  #total = 0;

  constructor(session: Session, json: boolean) {
    this.#session = session;
    this.#json = json;
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

  async add(findings: readonly Located[]): Promise<void> {
    if (findings.length === 0) return;
    this.#session.raise(1);
    this.#withFindings.add(this.#source);
    this.#total += findings.length;
    const { paint } = this.#session;
    let lines = '';
    for (const { kind, category, start, end, line, column, shape } of findings) {
      this.#counts.set(category, (this.#counts.get(category) ?? 0) + 1);
      if (this.#json) this.#findings.push({ source: this.#source, line, column, kind, category, start, end });
      else {
        const colour = kind === 'pii' ? 'yellow' : 'red';
        lines += `${plainText(this.#source)}:${String(line)}:${String(column)}: ${paint(colour, `${kind} ${category}`)}  ${paint('dim', shape)}\n`;
      }
    }
    if (lines !== '') await this.#session.print(lines);
  }

  async conclude(): Promise<void> {
    const counts = Object.fromEntries(this.#counts);
    if (this.#json) {
      const [findings, sources, binary, unreadable] = [this.#findings, this.#sources, this.#binary, this.#unreadable];
      return this.#session.printJson({ clean: this.#total === 0 && unreadable.length === 0, counts, sources, binary, unreadable, findings });
    }
    const where = `${counted(this.#withFindings.size, 'input')} of ${String(this.#sources)}`;
    const found = this.#total === 0 ? `nothing found in ${counted(this.#sources, 'input')}` : `${counted(this.#total, 'finding')} in ${where}: ${countsText(counts)}`;
    const rest = [
      ...(this.#binary.length === 0 ? [] : [`${counted(this.#binary.length, 'binary file')} left out`]),
      ...(this.#unreadable.length === 0 ? [] : [`${String(this.#unreadable.length)} not read`]),
    ];
    return this.#session.note([found, ...rest].join('; '));
  }
}

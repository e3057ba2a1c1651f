import { CliError } from '../errors.js';
import { FileProgress } from '../render/file-progress.js';
import { ScanPage } from '../render/scan-page.js';
import { ScanReport } from '../render/scan-report.js';
import type { Session } from '../session.js';
import { Baseline } from '../text/baseline.js';
import type { Detector } from '../text/detector.js';
import type { ExcerptOptions } from '../text/excerpt.js';
import { loadPlaceholders } from '../text/placeholders.js';
import { decodeText } from '../text/read-text.js';
import { isPassed, type Passed, type Source } from '../text/sources.js';
import { TextScanner, type Located } from '../text/text-scanner.js';
import { ownVersion } from '../version.js';
import { writeWhole } from '../write-whole.js';
import type { ScanFlags } from './scan-flags.js';

/** Characters on either side of a finding on a page, when nothing else is asked for. */
const usualContext = 120;

/** Scans every input and reports what was found, in all the ways asked for. */
export async function scanInputs(session: Session, inputs: AsyncIterable<Source | Passed>, detect: Detector, flags: ScanFlags): Promise<void> {
  const scan = await Scan.begin(session, detect, flags);
  for await (const input of inputs) {
    if (isPassed(input)) await scan.pass(input);
    else await scan.read(input);
  }
  return scan.conclude();
}

class Scan {
  readonly #session: Session;
  readonly #detect: Detector;
  readonly #flags: ScanFlags;
  readonly #report: ScanReport;
  readonly #page: ScanPage | undefined;
  readonly #progress: FileProgress;
  readonly #excerpt: ExcerptOptions | undefined;
  /** What is accepted already. */
  readonly #known: Baseline | undefined;
  /** What is being accepted. */
  readonly #accepted: Baseline | undefined;

  private constructor(session: Session, detect: Detector, flags: ScanFlags, excerpt: ExcerptOptions | undefined) {
    this.#session = session;
    this.#detect = detect;
    this.#flags = flags;
    this.#excerpt = excerpt;
    this.#report = new ScanReport(session, { json: flags.json === true, context: flags.context !== undefined });
    this.#page = flags.html === undefined ? undefined : new ScanPage(flags.showValues === true);
    this.#progress = new FileProgress(session, 'scanning');
    this.#known = flags.baseline === undefined ? undefined : Baseline.read(flags.baseline);
    this.#accepted = flags.writeBaseline === undefined ? undefined : Baseline.begin(flags.writeBaseline);
  }

  static async begin(session: Session, detect: Detector, flags: ScanFlags): Promise<Scan> {
    const { context, html, showValues = false } = flags;
    const isShown = context !== undefined || html !== undefined;
    const excerpt = isShown ? { around: context ?? usualContext, placeholderOf: await loadPlaceholders(), values: showValues } : undefined;
    return new Scan(session, detect, flags, excerpt);
  }

  async pass({ name, why, message }: Passed): Promise<void> {
    if (why === 'binary') {
      this.#report.leftOut(name);
      return this.#session.log.write('info', 'binary file left out', { file: name });
    }
    return this.#fail(name, message);
  }

  async read(source: Source): Promise<void> {
    const marker = this.#known ?? this.#accepted;
    const scanner = new TextScanner(this.#detect, undefined, { excerpt: this.#excerpt, mark: marker?.markerFor(source.name) });
    this.#report.begin(source.name);
    this.#page?.begin(source.name);
    this.#progress.begin(source.name);
    try {
      for await (const piece of decodeText(this.#progress.counting(source.read()))) await this.#add(source, scanner.push(piece));
      await this.#add(source, scanner.end());
    } catch (error) {
      // The other inputs are still worth reading; the exit code says that not all was.
      if (!(error instanceof CliError) || error.code !== 'INPUT') throw error;
      await this.#add(source, scanner.end());
      await this.#fail(source.name, error.message);
    }
  }

  async conclude(): Promise<void> {
    await this.#progress.clear();
    const { html, showValues, writeBaseline } = this.#flags;
    if (html !== undefined) await this.#writePage(html, showValues === true);
    if (this.#accepted !== undefined) {
      await this.#accepted.write();
      await this.#session.note(`${String(this.#accepted.size)} accepted in ${writeBaseline ?? ''}`);
    }
    return this.#report.conclude();
  }

  async #add(source: Source, found: readonly Located[]): Promise<void> {
    const news = this.#known === undefined ? found : found.filter(({ category, mark = '' }) => this.#known?.has(source.name, category, mark) !== true);
    this.#report.knew(found.length - news.length);
    for (const { category, mark = '' } of this.#accepted === undefined ? [] : news) this.#accepted?.add(source.name, category, mark);
    this.#page?.add(news);
    if (news.length > 0) await this.#progress.clear();
    await this.#report.add(news, this.#accepted === undefined);
  }

  async #fail(name: string, message: string): Promise<void> {
    this.#session.raise(2);
    this.#report.failed(name);
    await this.#progress.clear();
    return this.#session.complain(message);
  }

  async #writePage(path: string, values: boolean): Promise<void> {
    const { sources, binary, unreadable } = this.#report;
    const page = this.#page?.render({ inputs: sources, binary, unreadable, version: ownVersion(), at: this.#session.io.now() }) ?? '';
    // What holds values is for nobody else on this machine.
    await writeWhole(path, values ? 0o600 : undefined, (write) => write(page));
    if (values) await this.#session.complain(`warning: ${path} shows every value that was found in plain text: delete it after use`);
    else await this.#session.note(`the page is ${path}`);
  }
}

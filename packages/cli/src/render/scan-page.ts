import { createHash } from 'node:crypto';
import type { Detected } from '../text/detector.js';
import type { Located } from '../text/text-scanner.js';
import { counted, grouped } from './amounts.js';
import { html } from './html.js';
import { PageLines } from './scan-page-lines.js';
import { scanPageStyle } from './scan-page-style.js';

const mostLines = 5_000;
const mostLinesOfFile = 500;
const mostFiles = 1_000;

/** What a page says besides its findings. */
export interface PageFacts {
  readonly inputs: number;
  readonly binary: readonly string[];
  readonly unreadable: readonly string[];
  readonly version: string;
  readonly at: Date;
}

interface Count {
  readonly kind: Detected['kind'];
  findings: number;
  files: number;
}

interface FileFound {
  readonly name: string;
  readonly counts: Map<string, Count>;
  readonly lines: PageLines;
  findings: number;
}

/** The findings of a scan as one page that loads nothing and runs nothing. */
export class ScanPage {
  readonly #values: boolean;
  readonly #files: FileFound[] = [];
  readonly #counts = new Map<string, Count>();
  #name = '';
  #file: FileFound | undefined;
  #shown = 0;

  constructor(values: boolean) {
    this.#values = values;
  }

  begin(name: string): void {
    this.#end();
    this.#name = name;
  }

  add(findings: readonly Located[]): void {
    for (const finding of findings) {
      this.#file ??= this.#begun();
      this.#file.findings += 1;
      this.#file.lines.add(finding);
      const all = counting(this.#counts, finding);
      if (!this.#file.counts.has(finding.category)) all.files += 1;
      counting(this.#file.counts, finding).findings += 1;
      all.findings += 1;
    }
  }

  render(facts: PageFacts): string {
    this.#end();
    const style = createHash('sha256').update(scanPageStyle).digest('base64');
    const total = [...this.#counts.values()].reduce((sum, { findings }) => sum + findings, 0);
    return [
      '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n',
      `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${style}'; base-uri 'none'; form-action 'none'">\n`,
      '<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="referrer" content="no-referrer">\n',
      `<title>${counted(total, 'finding')} – enforcecore scan</title>\n<style>${scanPageStyle}</style>\n</head>\n<body>\n`,
      `<h1>${total === 0 ? 'Nothing was found' : `${counted(total, 'finding')} in ${counted(this.#files.length, 'input')}`}</h1>\n`,
      `<p class="soft">enforcecore ${html(facts.version)} scanned ${counted(facts.inputs, 'input')} on ${facts.at.toISOString().slice(0, 16).replace('T', ' at ')} UTC.`,
      this.#values ? '</p>\n' : ' Values are replaced by placeholders.</p>\n',
      this.#values ? '<p class="warning">This page shows every value that was found in plain text. Treat it as you would the files themselves, and delete it after use.</p>\n' : '',
      total === 0 ? '' : this.#tiles() + this.#categories(total) + this.#fileTable() + this.#sections(),
      notRead('Not read', facts.unreadable),
      notRead('Binary files left out', facts.binary),
      '</body>\n</html>\n',
    ].join('');
  }

  #end(): void {
    this.#file?.lines.close();
    this.#shown += this.#file?.lines.shown ?? 0;
    this.#file = undefined;
  }

  #begun(): FileFound {
    const most = Math.max(0, Math.min(mostLinesOfFile, mostLines - this.#shown));
    const file = { name: this.#name, counts: new Map<string, Count>(), lines: new PageLines(this.#values, most), findings: 0 };
    this.#files.push(file);
    return file;
  }

  #tiles(): string {
    const of = (wanted: Detected['kind']): number => [...this.#counts.values()].reduce((sum, { kind, findings }) => sum + (kind === wanted ? findings : 0), 0);
    const tile = (kind: Detected['kind'], title: string): string => `<li><b class="${kind}">${grouped(of(kind))}</b><span class="soft">${title}</span></li>\n`;
    return `<ul class="tiles">\n${tile('pii', 'personal data')}${tile('secret', 'secrets')}${tile('rule', 'reads like an attack')}</ul>\n`;
  }

  #categories(total: number): string {
    const rows = sorted(this.#counts).map(([category, { kind, findings, files }]) => {
      const share = String(Math.max(1, Math.round((1000 * findings) / total) / 10));
      const bar = `<svg viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true"><rect width="${share}" height="1"/></svg>`;
      return `<tr><td class="name">${html(category)}</td><td class="${kind}">${kindText[kind]}</td><td class="count">${grouped(findings)}</td><td class="count">${grouped(files)}</td><td class="bar ${kind}">${bar}</td></tr>\n`;
    });
    return `<h2>By category</h2>\n<div class="scroll"><table>\n<thead><tr><th>category</th><th>kind</th><th class="count">findings</th><th class="count">files</th><th></th></tr></thead>\n<tbody>\n${rows.join('')}</tbody></table></div>\n`;
  }

  #fileTable(): string {
    const rows = this.#files.slice(0, mostFiles).map(({ name, counts, findings }, k) => {
      return `<tr><td class="path"><a href="#f${String(k + 1)}">${html(name)}</a></td><td class="count">${grouped(findings)}</td><td>${chips(counts)}</td></tr>\n`;
    });
    const table = `<div class="scroll"><table>\n<thead><tr><th>file</th><th class="count">findings</th><th>categories</th></tr></thead>\n<tbody>\n${rows.join('')}</tbody></table></div>\n`;
    return `<h2>By file</h2>\n${table}${this.#files.length > mostFiles ? `<p class="soft">${counted(this.#files.length - mostFiles, 'more file')} with findings not shown.</p>\n` : ''}`;
  }

  #sections(): string {
    const sections = this.#files.slice(0, mostFiles).map(({ name, counts, lines }, k) => {
      const shown = lines.html;
      const more = lines.leftOut === 0 ? '' : `<p class="more">${counted(lines.leftOut, 'more line')} with findings not shown.</p>\n`;
      const body = shown === '' ? '' : `<div class="lines">\n${shown}</div>\n`;
      return `<details open id="f${String(k + 1)}">\n<summary><span class="path">${html(name)}</span> ${chips(counts)}</summary>\n${body}${more}</details>\n`;
    });
    return `<h2>Where</h2>\n${sections.join('')}`;
  }
}

const kindText: Readonly<Record<Detected['kind'], string>> = { pii: 'personal data', secret: 'secret', rule: 'attack' };

function counting(counts: Map<string, Count>, { category, kind }: Detected): Count {
  const count = counts.get(category) ?? { kind, findings: 0, files: 0 };
  counts.set(category, count);
  return count;
}

function sorted(counts: ReadonlyMap<string, Count>): readonly (readonly [string, Count])[] {
  return [...counts].sort(([a, n], [b, m]) => m.findings - n.findings || (a < b ? -1 : 1));
}

function chips(counts: ReadonlyMap<string, Count>): string {
  return sorted(counts).map(([category, { kind, findings }]) => `<span class="chip ${kind}">${html(category)}${findings === 1 ? '' : ` ×${grouped(findings)}`}</span>`).join('');
}

function notRead(title: string, names: readonly string[]): string {
  if (names.length === 0) return '';
  const listed = names.slice(0, mostFiles).map((name) => `<li class="path">${html(name)}</li>\n`).join('');
  const more = names.length > mostFiles ? `<li class="soft">${counted(names.length - mostFiles, 'more')}</li>\n` : '';
  return `<h2>${title}</h2>\n<ul>\n${listed}${more}</ul>\n`;
}

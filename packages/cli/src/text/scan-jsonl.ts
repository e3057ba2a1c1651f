import { CliError } from '../errors.js';
import { jsonText } from '../render/json-text.js';
import type { Detected, Detector } from './detector.js';
import { LineCutter, type Line } from './line-cutter.js';
import type { Source } from './sources.js';

interface Item {
  /** As JSON, the way it was written. */
  readonly id: string;
  readonly text: string;
}

/**
 * Answers each `{"id","text"}` line with an `{"id","findings"}` line, in order, in constant memory. Waits for the reader
 * before it reads on.
 *
 * @throws CliError `INPUT` naming the first line that cannot be used, after the answers to those before it.
 */
export async function scanJsonl(source: Source, detect: Detector, write: (text: string) => Promise<void>): Promise<number> {
  const cutter = new LineCutter();
  const answers = new Answers(source.name, detect);
  const emit = async (lines: readonly Line[]): Promise<void> => {
    try {
      for (const line of lines) answers.add(line);
    } finally {
      const text = answers.take();
      if (text !== '') await write(text);
    }
  };
  for await (const chunk of source.read()) await emit(cutter.push(chunk));
  await emit(cutter.end());
  return answers.lines;
}

class Answers {
  readonly #name: string;
  readonly #detect: Detector;
  #text = '';
  lines = 0;

  constructor(name: string, detect: Detector) {
    this.#name = name;
    this.#detect = detect;
  }

  add(line: Line): void {
    this.lines += 1;
    if (line?.trim() === '') return;
    const { id, text } = this.#read(line);
    this.#text += `{"id":${id},"findings":[${this.#detect(text).map(findingText).join(',')}]}\n`;
  }

  take(): string {
    const text = this.#text;
    this.#text = '';
    return text;
  }

  #read(line: Line): Item {
    if (line === undefined) throw this.#refuse('bytes that are not UTF-8');
    const json = this.lines === 1 && line.startsWith('\ufeff') ? line.slice(1) : line;
    let value: unknown;
    try {
      value = JSON.parse(json);
    } catch {
      // The parser's message quotes the line, which may hold what is being looked for.
      throw this.#refuse('text that is no JSON');
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw this.#refuse('JSON that is no object');
    const id = 'id' in value ? value.id : undefined;
    const text = 'text' in value ? value.text : undefined;
    if (typeof id !== 'string' && typeof id !== 'number') throw this.#refuse('an id that is no string or number');
    if (typeof text !== 'string') throw this.#refuse('a text that is no string');
    return { id: typeof id === 'string' ? jsonText(id) : numberAsWritten(json, id), text };
  }

  #refuse(got: string): CliError {
    return new CliError('INPUT', `line ${String(this.lines)} of ${this.#name} is refused: expected {"id": …, "text": "…"}, got ${got}; the lines before it were answered`);
  }
}

function findingText({ kind, category, start, end }: Detected): string {
  return `{"kind":"${kind}","category":"${category}","start":${String(start)},"end":${String(end)}}`;
}

/** A number may have more digits than a double holds, and is to come back as it was. */
function numberAsWritten(json: string, id: number): string {
  for (const [, literal = ''] of json.matchAll(/"id"\s*:\s*(-?\d[\d.eE+-]*)/g)) {
    if (Object.is(Number(literal), id)) return literal;
  }
  return JSON.stringify(id);
}

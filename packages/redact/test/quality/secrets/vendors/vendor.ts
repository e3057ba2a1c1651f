import { fill, type Random } from '../random.js';

/** Somebody who issues keys: the endings of the names they are kept under, and what they look like. */
export interface Vendor {
  readonly name: string;
  readonly names: readonly string[];
  /** Known by its own letters, or only by the name before it. */
  readonly kind: 'prefix' | 'keyword';
  readonly templates: readonly string[];
}

/**
 * Reads lines of the form `name | ENDING,ENDING | template template`. A template that begins with a hole has no
 * letters of its own; `!` before it says that its shape is its own all the same.
 */
export function vendorsOf(lines: string): readonly Vendor[] {
  return lines.trim().split('\n').map((line) => {
    const [name = '', endings = '', templates = ''] = line.split('|').map((part) => part.trim());
    const all = templates.split(' ');
    const keyword = all[0]?.startsWith('{') === true;
    const names = endings.split(',').map((ending) => (ending.startsWith('=') ? ending.slice(1) : `${name.toUpperCase()}_${ending}`));
    return { name, names, kind: keyword ? 'keyword' : 'prefix', templates: all.map((template) => template.replace(/^!/, '')) };
  });
}

/** What is written, and the part of it that has to be gone: all of it, or what stands between two `^`. */
export function writtenValue(template: string, random: Random): { readonly before: string; readonly value: string; readonly after: string } {
  const parts = fill(template, random).split('^');
  const [before = '', value = '', after = ''] = parts;
  return parts.length === 1 ? { before: '', value: before, after: '' } : { before, value, after };
}

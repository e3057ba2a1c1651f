import { plainText } from './plain-text.js';

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text from outside as HTML, in an element or an attribute in quotes; what could reorder or hide it is written out. */
export function html(text: string): string {
  return plainText(text).replace(/[&<>"']/g, (sign) => entities[sign] ?? sign);
}

/** The same for text of several lines, which stay lines. */
export function htmlLines(text: string): string {
  return text.split(/\r?\n/).map(html).join('\n');
}

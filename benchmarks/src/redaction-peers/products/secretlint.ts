import { lintSource } from '@secretlint/core';
import { creator as recommended } from '@secretlint/secretlint-rule-preset-recommend';
import { oneWay, type Product } from '../product.js';
import { versionOf } from './version-of.js';

/** It reports where secrets stand; cutting them out is added here. */
export function makeProduct(): Product {
  // Its profiler keeps every mark of every call and searches all of them at each new one: without marks only the work is left.
  Object.defineProperty(performance, 'mark', { value: () => undefined, configurable: true });
  const config = { rules: [{ id: '@secretlint/secretlint-rule-preset-recommend', rule: recommended }] };
  const redact = async (content: string): Promise<string> => {
    const { messages } = await lintSource({ source: { filePath: 'text.txt', content, ext: '.txt', contentType: 'text' }, options: { config, noPhysicFilePath: true } });
    return without(content, messages.map(({ range }) => range));
  };
  return { name: 'secretlint', version: versionOf('@secretlint/core'), looksFor: 'secrets', ways: oneWay({ kind: 'async', redact }) };
}

function without(text: string, ranges: readonly (readonly [number, number])[]): string {
  let out = '';
  let from = 0;
  for (const [start, end] of ranges.toSorted((a, b) => a[0] - b[0])) {
    if (end <= from) continue;
    out += `${text.slice(from, Math.max(from, start))}***`;
    from = end;
  }
  return out + text.slice(from);
}

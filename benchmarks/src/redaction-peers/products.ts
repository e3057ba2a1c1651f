import { createRequire } from 'node:module';
import { piiCategories, Redactor } from '@enforcecore/redact';
import { Redactor as RedactPii } from '@redactpii/node';
import { lintSource } from '@secretlint/core';
import { creator as recommended } from '@secretlint/secretlint-rule-preset-recommend';
import { OpenRedaction } from 'openredaction';
import { SyncRedactor } from 'redact-pii';
import { readManifest } from './manifest.js';
import type { Product, Purpose, Way } from './product.js';

const require = createRequire(import.meta.url);

const makers: Readonly<Record<string, () => Product>> = {
  enforcecore: ours, openredaction: openRedaction, 'openredaction-9': openRedactionFew, 'redactpii-node': redactPiiNode, 'redact-pii': redactPii, secretlint,
};

/** EnforceCore and its peers, each as its own documentation tells to set it up. */
export function allProducts(): readonly Product[] {
  return Object.values(makers).map((make) => make());
}

/** One of them alone, in a thread where none of the others is set up. */
export function productNamed(name: string): Product {
  const make = makers[name];
  if (make === undefined) throw new Error(`no product is called ${name}`);
  return make();
}

function ours(): Product {
  const way = (redactor: Redactor): Way => ({ kind: 'sync', redact: (text) => redactor.redact(text).text });
  return {
    name: 'enforcecore',
    version: versionOf('@enforcecore/redact'),
    looksFor: 'both',
    ways: {
      pii: way(new Redactor({ secrets: false })),
      secrets: way(new Redactor({ categories: [] })),
      usual: way(new Redactor({ categories: ['email', 'phone', 'ssn', 'credit_card', 'ip_address', 'iban'] })),
      everything: way(new Redactor({ categories: piiCategories })),
    },
  };
}

function openRedaction(): Product {
  return { name: 'openredaction', version: versionOf('openredaction'), looksFor: 'both', ways: oneWay(openWay(new OpenRedaction())) };
}

const fewPatterns = ['EMAIL', 'PHONE_US', 'PHONE_INTERNATIONAL', 'SSN', 'CREDIT_CARD', 'IPV4', 'IPV6', 'IBAN', 'PHONE_LINE_NUMBER'];

/** Nine of its 579 patterns and no analysis of the context: its fast way to look for the same as we do. */
function openRedactionFew(): Product {
  const redactor = new OpenRedaction({ patterns: fewPatterns, enableContextAnalysis: false });
  return { name: 'openredaction-9', version: versionOf('openredaction'), looksFor: 'pii', ways: oneWay(openWay(redactor)) };
}

function openWay(redactor: OpenRedaction): Way {
  return { kind: 'async', redact: async (text) => (await redactor.detect(text)).redacted };
}

function redactPiiNode(): Product {
  const redactor = new RedactPii();
  return { name: 'redactpii-node', version: versionOf('@redactpii/node'), looksFor: 'pii', ways: oneWay({ kind: 'sync', redact: (text) => redactor.redact(text) }) };
}

function redactPii(): Product {
  const redactor = new SyncRedactor();
  return { name: 'redact-pii', version: versionOf('redact-pii'), looksFor: 'pii', ways: oneWay({ kind: 'sync', redact: (text) => redactor.redact(text) }) };
}

/** It reports where secrets stand; cutting them out is added here. */
function secretlint(): Product {
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

function oneWay(way: Way): Readonly<Record<Purpose, Way>> {
  return { pii: way, secrets: way, usual: way, everything: way };
}

function versionOf(name: string): string {
  return readManifest(require, name).version;
}

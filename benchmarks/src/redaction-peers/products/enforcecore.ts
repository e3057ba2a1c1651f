import { piiCategories, Redactor } from '@enforcecore/redact';
import type { Product, Way } from '../product.js';
import { versionOf } from './version-of.js';

export function makeProduct(): Product {
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

import { SyncRedactor } from 'redact-pii';
import { oneWay, type Product } from '../product.js';
import { versionOf } from './version-of.js';

export function makeProduct(): Product {
  const redactor = new SyncRedactor();
  return { name: 'redact-pii', version: versionOf('redact-pii'), looksFor: 'pii', ways: oneWay({ kind: 'sync', redact: (text) => redactor.redact(text) }) };
}

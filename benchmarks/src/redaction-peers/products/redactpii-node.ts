import { Redactor } from '@redactpii/node';
import { oneWay, type Product } from '../product.js';
import { versionOf } from './version-of.js';

export function makeProduct(): Product {
  const redactor = new Redactor();
  return { name: 'redactpii-node', version: versionOf('@redactpii/node'), looksFor: 'pii', ways: oneWay({ kind: 'sync', redact: (text) => redactor.redact(text) }) };
}

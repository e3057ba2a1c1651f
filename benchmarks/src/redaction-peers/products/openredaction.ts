import { OpenRedaction } from 'openredaction';
import { oneWay, type Product, type Way } from '../product.js';
import { versionOf } from './version-of.js';

export function makeProduct(): Product {
  return { name: 'openredaction', version: versionOf('openredaction'), looksFor: 'both', ways: oneWay(wayOf(new OpenRedaction())) };
}

const fewPatterns = ['EMAIL', 'PHONE_US', 'PHONE_INTERNATIONAL', 'SSN', 'CREDIT_CARD', 'IPV4', 'IPV6', 'IBAN', 'PHONE_LINE_NUMBER'];

/** Nine of its 579 patterns and no analysis of the context: its fast way to look for the same as we do. */
export function makeSmallProduct(): Product {
  const redactor = new OpenRedaction({ patterns: fewPatterns, enableContextAnalysis: false });
  return { name: 'openredaction-9', version: versionOf('openredaction'), looksFor: 'pii', ways: oneWay(wayOf(redactor)) };
}

function wayOf(redactor: OpenRedaction): Way {
  return { kind: 'async', redact: async (text) => (await redactor.detect(text)).redacted };
}

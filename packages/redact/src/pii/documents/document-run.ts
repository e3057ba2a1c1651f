import { isAlnum, isHex } from '../../char-class.js';
import type { Sink } from '../../finding.js';
import type { Plan } from '../../plan.js';
import { cryptoAddressIn } from './crypto-address.js';
import { macAround } from './mac.js';
import { mrzAround } from './mrz.js';
import { topicsAround } from './topics.js';

/** What a long run of letters, digits, `_` and `-` can be besides a secret: a crypto address, a MAC address with hyphens. */
export function documentRun(text: string, start: number, end: number, plan: Plan, sink: Sink): void {
  const size = end - start;
  if (plan.pii.has('crypto_address')) cryptoAddressIn(text, start, end, sink);
  if (plan.mac) {
    if (size >= 17 && text.charCodeAt(start + 2) === 0x2d) macAround(text, start + 2, plan, sink);
    else if (size === 12) solidMac(text, start, end, sink);
  }
  if (text.charCodeAt(end) === 0x3c || text.charCodeAt(start - 1) === 0x3c) mrzAround(text, start, end, plan, sink);
  if (size === 11 && plan.pii.has('bank_account')) bankCode(text, start, end, sink);
}

function solidMac(text: string, start: number, end: number, sink: Sink): void {
  for (let i = start; i < end; i += 1) if (!isHex(text.charCodeAt(i))) return;
  if (topicsAround(text, start, end)[0]?.category === 'mac_address') sink.pii('mac_address', start, end);
}

const bankLetters = /^[A-Z]{6}[A-Z0-9]{2}[A-Z0-9]{3}$/;

/** BIC (ISO 9362) with its branch; the words before name it. */
function bankCode(text: string, start: number, end: number, sink: Sink): void {
  const code = text.slice(start, end);
  if (!bankLetters.test(code) || isAlnum(text.charCodeAt(start - 1))) return;
  const topic = topicsAround(text, start, end)[0];
  if (topic?.category === 'bank_account' && topic.mask.test('A'.repeat(6) + code.slice(6).replace(/[A-Z]/g, 'A').replace(/\d/g, '9'))) sink.pii('bank_account', start, end);
}

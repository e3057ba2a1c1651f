import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createHmac } from 'node:crypto';
import { signWebhook, verifyWebhook } from './webhook-signature.js';
import { webhookKeys } from './webhook-secret.js';

// The example of the specification's reference libraries: known to other implementations than ours.
const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const id = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
const timestamp = 1_614_265_330;
const body = '{"test": 2432232314}';
const genuine = { 'webhook-id': id, 'webhook-timestamp': String(timestamp), 'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=' };
const now = timestamp * 1_000;
const other = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

describe('a signature', () => {
  it('is the one that others compute', () => {
    expect(signWebhook({ id, timestamp, body }, webhookKeys(secret) ?? [])).toBe(genuine['webhook-signature']);
  });

  it.each([
    ['headers of Node', genuine],
    ['headers of fetch', new Headers(genuine)],
    ['names in another case', { 'Webhook-Id': id, 'WEBHOOK-TIMESTAMP': String(timestamp), 'webhook-signature': genuine['webhook-signature'] }],
    ['a signature among others', { ...genuine, 'webhook-signature': `v1a,xyz v1,AAAA ${genuine['webhook-signature']}` }],
  ])('is found with %s', (_, headers) => {
    expect(verifyWebhook(headers, body, secret, { now })).toEqual({ ok: true, id, sentAt: timestamp });
  });

  it('is found with bytes, and with several secrets', () => {
    expect(verifyWebhook(genuine, Buffer.from(body), `${other}, ${secret}`, { now })).toMatchObject({ ok: true });
  });

  it.each([
    ['another body', genuine, `${body} `, now],
    ['another id', { ...genuine, 'webhook-id': 'msg_2' }, body, now],
    ['no id', { ...genuine, 'webhook-id': undefined }, body, now],
    ['a header twice', { ...genuine, 'Webhook-Id': id }, body, now],
    ['an older time', genuine, body, now + 301_000],
    ['a time to come', genuine, body, now - 301_000],
    ['a time that is none', { ...genuine, 'webhook-timestamp': 'NaN' }, body, now],
    ['a list', { ...genuine, 'webhook-signature': [genuine['webhook-signature']] }, body, now],
    ['another scheme', { ...genuine, 'webhook-signature': genuine['webhook-signature'].replace('v1,', 'v2,') }, body, now],
    ['junk behind the signature', { ...genuine, 'webhook-signature': `${genuine['webhook-signature']}!!!` }, body, now],
    ['the same bytes written in another way', { ...genuine, 'webhook-signature': genuine['webhook-signature'].replace('OE=', 'OF=') }, body, now],
    ['headers that are none', null as never, body, now],
    ['headers that cannot be read', { get: () => { throw new Error('x'); } }, body, now],
    ['a body that was parsed', genuine, JSON.parse(body) as never, now],
    ['a clock that says nothing', genuine, body, NaN],
  ])('does not fit %s', (_, headers, text, at) => {
    expect(verifyWebhook(headers, text, secret, { now: at })).toMatchObject({ ok: false });
  });

  it('does not fit another secret', () => {
    expect(verifyWebhook(genuine, body, other, { now })).toMatchObject({ ok: false, reason: expect.stringContaining('no signature') });
  });

  it.each([undefined as never, '', 'whsec_', 'whsec_c2hvcnQ=', 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', `${secret},x`])('needs a secret, which %j is not, and does not repeat it', (bad) => {
    expect(() => verifyWebhook(genuine, body, bad)).toThrow(expect.objectContaining({ code: 'SETTINGS', message: expect.not.stringMatching(/c2hvcnQ|MfKQ9/) }));
  });

  it('holds for any body, and for none with one bit turned', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), fc.nat(), fc.nat(7), (bytes, at, bit) => {
        const mac = createHmac('sha256', webhookKeys(secret)?.[0] ?? '').update(`m.${String(timestamp)}.`).update(bytes).digest('base64');
        const headers = { 'webhook-id': 'm', 'webhook-timestamp': String(timestamp), 'webhook-signature': `v1,${mac}` };
        const turned = Uint8Array.from(bytes);
        turned[at % bytes.length] = (turned[at % bytes.length] ?? 0) ^ (1 << bit);

        expect(verifyWebhook(headers, bytes, secret, { now })).toMatchObject({ ok: true });
        expect(verifyWebhook(headers, turned, secret, { now })).toMatchObject({ ok: false });
      }),
    );
  });
});

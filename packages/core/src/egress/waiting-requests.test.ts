import { describe, expect, it } from '@jest/globals';
import { setImmediate } from 'node:timers/promises';
import type { EgressScope } from './egress-scope.js';
import { keyOfOrigin, WaitingRequests } from './waiting-requests.js';

/** Told apart only. */
const scope = {} as EgressScope;
const origin = 'http://a.example:8080';
const key = 'http://a.example:8080';

describe('WaitingRequests', () => {
  it('is empty again when everything was answered', () => {
    const waiting = new WaitingRequests();
    const requests = Array.from({ length: 100 }, (_, n) => ({ origin: `http://host${n % 7}.example` }));

    for (const request of requests) waiting.add(request, scope);
    const before = waiting.isEmpty;
    for (const request of [...requests, ...requests]) waiting.remove(request);

    expect([before, waiting.isEmpty]).toEqual([false, true]);
  });

  it('keeps requests of code outside only where they may share a connection with others', () => {
    const waiting = new WaitingRequests();
    const outside = { origin };
    waiting.addOutside({ origin });
    const alone = waiting.isEmpty;

    waiting.add({ origin }, scope);
    waiting.addOutside(outside);

    expect([alone, waiting.hasOutside(key), waiting.scopesAt(key)]).toEqual([true, true, [scope]]);
    waiting.remove(outside);
    expect(waiting.hasOutside(key)).toBe(false);
  });

  it('forgets in the next turn of the loop that a request was refused', async () => {
    const waiting = new WaitingRequests();

    waiting.markRefused(key);
    waiting.addOutside({ origin });
    await setImmediate();
    const [request] = waiting.requestsAt(key);

    expect(request).toEqual({ origin });
    waiting.remove(request ?? {});
    expect(waiting.isEmpty).toBe(true);
  });

  it('does not wait for tunnels and upgrades, whose answers undici does not tell of', () => {
    const waiting = new WaitingRequests();
    const upgrade = { origin, upgrade: 'websocket' };

    waiting.add(upgrade, scope);
    waiting.add({ origin, method: 'CONNECT' }, scope);

    expect([waiting.isEmpty, waiting.scopeOf(upgrade)]).toEqual([true, scope]);
  });

  it('is bounded', () => {
    const waiting = new WaitingRequests();

    for (let n = 0; n < 10_100; n += 1) waiting.add({ origin }, scope);

    expect(waiting.requestsAt(key)).toHaveLength(10_000);
  });

  it.each([
    ['https://a.example', 'https://a.example:', 0],
    ['http://[::1]:80', 'http://::1:', 0],
    [new URL('http://A.example:81/x'), 'http://a.example:81', 81],
  ])('knows an origin as undici tells of its connections: %s', (given, expected, port) => {
    expect(keyOfOrigin(given)).toMatchObject({ key: expected, port });
  });

  it.each([undefined, null, 7, '', 'nonsense', {}])('knows no origin in %p', (given) => {
    expect(keyOfOrigin(given)).toBeUndefined();
  });
});

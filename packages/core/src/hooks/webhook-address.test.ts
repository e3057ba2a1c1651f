import { describe, expect, it } from '@jest/globals';
import type { LookupAddress } from 'node:dns';
import { addressFault, targetFault, webhookLookup } from './webhook-address.js';
import { retryAfterOf } from './webhook-post.js';

const to = (url: string, allowPrivate = false): { readonly url: URL; readonly allowPrivate: boolean } => ({ url: new URL(url), allowPrivate });

describe('the URL of a webhook', () => {
  it.each(['https://hooks.example/x', 'https://93.184.215.14/x', 'http://127.0.0.1:8/x', 'http://localhost:8/x', 'http://[::1]:8/x', 'https://[2606:2800:21f::1]/'])('may be %s', (url) => {
    expect(targetFault(to(url))).toBeUndefined();
  });

  it.each(['http://hooks.example/x', 'http://93.184.215.14/x', 'https://10.0.0.7/', 'https://192.168.1.1/', 'https://172.16.0.1/', 'https://100.64.0.1/', 'https://[fd00::1]/', 'https://[::ffff:10.0.0.7]/', 'https://0x0a000007/', 'https://167772167/'])('may not be %s without webhookAllowPrivate', (url) => {
    expect(targetFault(to(url))).toMatch(/must be https|is not public/);
  });

  it.each(['http://hooks.internal/x', 'http://10.0.0.7/x', 'https://[fd00::1]/', 'http://192.168.1.1/'])('may be %s with it', (url) => {
    expect(targetFault(to(url, true))).toBeUndefined();
  });

  it.each(['https://169.254.169.254/', 'http://169.254.169.254/latest', 'https://[fe80::1]/', 'https://[fd00:ec2::254]/', 'https://100.100.100.200/', 'https://168.63.129.16/', 'https://0.0.0.0/', 'https://224.0.0.1/', 'https://255.255.255.255/', 'https://[64:ff9b::a9fe:a9fe]/', 'https://[::ffff:169.254.169.254]/', 'http://93.184.215.14/'])('may never be %s', (url) => {
    expect(targetFault(to(url, true))).toBeDefined();
  });
});

describe('the address that a name leads to', () => {
  const connect = async (url: string, addresses: readonly string[], allowPrivate = false): Promise<unknown> => {
    const answer = addresses.map((address): LookupAddress => ({ address, family: address.includes(':') ? 6 : 4 }));
    const lookup = webhookLookup(to(url, allowPrivate), (_host, callback) => callback(null, answer));
    return new Promise((resolve) => {
      lookup('hooks.example', { all: true }, (error, found) => resolve(error === null ? found : error.message));
    });
  };

  it('is the one that is connected to, and only where it is public', async () => {
    expect(await connect('https://hooks.example/', ['10.0.0.7', '93.184.215.14'])).toEqual([{ address: '93.184.215.14', family: 4 }]);
    expect(await connect('https://hooks.example/', ['10.0.0.7'])).toContain('not public (private)');
    expect(await connect('https://hooks.example/', ['127.0.0.1'])).toContain('not public (loopback)');
    expect(await connect('https://hooks.example/', [])).toBe('has no address');
  });

  it('may be private where that is allowed, but never a metadata service, and never public without TLS', async () => {
    expect(await connect('http://hooks.internal/', ['10.0.0.7'], true)).toEqual([{ address: '10.0.0.7', family: 4 }]);
    expect(await connect('http://hooks.internal/', ['169.254.169.254'], true)).toContain('cloud metadata');
    expect(await connect('http://hooks.internal/', ['93.184.215.14'], true)).toBe('must be https: its address is public');
  });

  it('named localhost is this machine or nothing', async () => {
    expect(await connect('http://localhost/', ['127.0.0.1'])).toEqual([{ address: '127.0.0.1', family: 4 }]);
    expect(await connect('http://localhost/', ['10.0.0.7'])).toContain('not public');
  });

  it.each(['', 'x', '1.2.3', '::g', '9'.repeat(200)])('that cannot be read, %j, is refused', (text) => {
    expect(addressFault(to('https://hooks.example/'), text)).toBe('has an address that cannot be read');
  });
});

describe('Retry-After', () => {
  const now = Date.UTC(2026, 0, 1);

  it.each([
    ['7', 7_000],
    ['0', 0],
    ['999999999', 300_000],
    ['Thu, 01 Jan 2026 00:01:00 GMT', 60_000],
    ['Thu, 01 Jan 2015 00:01:00 GMT', 0],
    ['soon', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%j is %j ms', (header, expected) => {
    expect(retryAfterOf(header, now)).toBe(expected);
  });
});

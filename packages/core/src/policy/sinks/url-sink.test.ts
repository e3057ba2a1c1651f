import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compileUrlSink } from './url-sink.js';

const open = compileUrlSink();
const listed = compileUrlSink({ hosts: { allowed: ['example.com', '*.example.org', 'münchen.de', '203.0.113.7', '8.8.8.8'], denied: ['bad.example.org', 'evil.com'] } });

describe('compileUrlSink', () => {
  it.each([
    '', ' ', 'x', 'example.com', '//example.com', '/x', '../x', 'https:', 'https:/', 'https://', 'https:///x', 'https:/example.com', 'https:example.com', 'https:\\\\example.com', 'https://example.com\\x', 'https:///example.com', 'https:////example.com',
    ' https://example.com', 'https://example.com ', 'https://exa mple.com', 'https://example.com/a b', 'ht\ttps://example.com', 'https://exam\nple.com', 'https://example.com/\r\n', '\0https://example.com', 'https://example.com/\x7f', 'https://example.com/\u00a0', 'https://example.com/\u2028', 'https://example.com/\ud800', 'https://exam\u200bple.com', 'https://exam\u00adple.com', 'https://example.com/\ufeff',
    'http://example.com', 'ftp://example.com', 'file:///etc/passwd', 'javascript:alert(1)', 'JAVASCRIPT:alert(1)', 'data:text/html,x', 'blob:https://example.com/x', 'view-source:https://example.com', 'ws://example.com', 'gopher://example.com', 'about:blank',
    'https://user@example.com', 'https://user:pass@example.com', 'https://@example.com', 'https://:@example.com', 'https://good.com@example.com', 'https://example.com:8443', 'https://example.com:80', 'https://example.com:99999', 'https://example.com:x',
    'https://127.0.0.1', 'https://0x7f.1', 'https://2130706433', 'https://0177.0.0.1', 'https://127.1', 'https://0', 'https://[::1]', 'https://[::]', 'https://[::ffff:127.0.0.1]', 'https://[::ffff:7f00:1]', 'https://[::127.0.0.1]', 'https://[fe80::1]', 'https://[fc00::1]', 'https://[64:ff9b::7f00:1]', 'https://[2002:7f00:1::]', 'https://[2001:0:7f00:1::]', 'https://[ff02::1]', 'https://169.254.169.254/', 'https://10.0.0.1', 'https://100.64.0.1', 'https://192.168.0.1', 'https://172.31.0.1', 'https://224.0.0.1', 'https://0.0.0.0', 'https://255.255.255.255', 'https://１２７.0.0.1', 'https://①②⑦.0.0.1', 'https://%31%32%37.0.0.1', 'https://127。0。0。1',
    'https://localhost', 'https://LOCALHOST', 'https://localhost.', 'https://a.localhost', 'https://printer.local', 'https://metadata.google.internal', 'https://intranet', 'https://x.home.arpa', 'https://127.0.0.1.nip.io', 'https://8.8.8.8', 'https://[2606:4700::1111]', 'https://a..b', 'https://.a.com', 'https://[::1', 'https://exa%00mple.com', 'https://exa%2fmple.com', 'https://ex^ample.com', 'https://%',
  ])('refuses %j', (text) => {
    expect(open(text)).toBeDefined();
  });

  it.each(['https://example.com', 'HTTPS://EXAMPLE.COM/x?y#z', 'https://example.com:443/', 'https://example.com./', 'https://münchen.de/', 'https://example.com/a%20b', 'https://example.com/@user', 'https://example.com/?q=a@b.c', 'https://example.com//x', 'https://example.com/日本'])('lets %j pass', (text) => {
    expect(open(text)).toBeUndefined();
  });

  it.each(['https://evil.com', 'https://www.evil.com', 'https://bad.example.org', 'https://x.bad.example.org', 'https://example.org', 'https://www.example.com', 'https://notexample.com', 'https://example.com.evil.net', 'https://xexample.org', 'https://еxample.com', 'https://BAD.example.org.', 'https://ｂａｄ.example.org', 'https://%62ad.example.org', 'https://8.8.4.4', 'https://münchen.com'])('refuses %j by its host', (text) => {
    expect(listed(text)?.reason).toMatch(/host/);
  });

  it.each(['https://example.com', 'https://example.com.', 'https://a.b.example.org', 'https://xn--mnchen-3ya.de', 'https://MÜNCHEN.de', 'https://ｅxample.com', 'https://8.8.8.8', 'https://0x08080808'])('allows %j by its host', (text) => {
    expect(listed(text)).toBeUndefined();
  });

  it('keeps reserved addresses out although they are allowed by name', () => {
    expect(listed('https://203.0.113.7')).toEqual({ reason: 'host is private, local or reserved' });
  });

  it('opens what its options open', () => {
    const loose = compileUrlSink({ schemes: ['HTTP', 'https:', 'ssh', 'mailto'], ports: [8080, 22, 443], allow_userinfo: true, allow_private: true, allow_ip: true });

    expect(['http://a:b@127.0.0.1:8080', 'https://localhost', 'ssh://git@intranet:22', 'mailto:a@b.c'].map((text) => loose(text))).toEqual([undefined, undefined, undefined, undefined]);
    expect(loose('http://a.com')).toEqual({ reason: 'port is not in ports' });
    expect(loose('ssh://a.com')).toEqual({ reason: 'port is not in ports' });
  });

  it('canonicalises the hosts of other schemes too', () => {
    const rule = compileUrlSink({ schemes: ['ssh', 'mailto'], hosts: { allowed: ['*'], denied: ['evil.com', '127.0.0.1'] } });

    expect(['ssh://EVIL.com', 'ssh://%65vil.com', 'ssh://0x7f.1', 'ssh://localhost', 'mailto:a@b.c', 'ssh:///x', 'ssh://', 'ssh:x', 'ssh://%00'].filter((text) => rule(text) === undefined)).toEqual([]);
  });

  it('allows addresses where `*` allows hosts only with allow_ip', () => {
    expect(compileUrlSink({ hosts: { allowed: ['*'] } })('https://8.8.8.8')).toEqual({ reason: 'host is an address, not a name' });
    expect(compileUrlSink({ allow_ip: true })('https://8.8.8.8')).toBeUndefined();
  });

  it.each([[{ schemes: ['a b'] }], [{ ports: [-1] }], [{ ports: [70_000] }], [{ hosts: { allowed: ['https://x'] } }], [{ hosts: { denied: ['a..b'] } }], [{ max_length: 0 }]])('throws for %j', (options) => {
    expect(() => compileUrlSink(options)).toThrow(/expected/);
  });

  it('refuses long texts at once', () => {
    expect(open(`https://example.com/${'a'.repeat(10_000_000)}`)?.reason).toContain('max_length 2048');
  });

  it('never throws, and passes only what a browser would take to an allowed host', () => {
    const piece = fc.oneof(fc.constantFrom('https:', '//', '/', '\\', '@', 'example.com', 'evil.com', ':443', '[', ']', '%65', '.', '#', '?', '\t'), fc.string({ unit: 'binary', maxLength: 3 }));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const text = `https://${pieces.join('')}`;
        if (listed(text) === undefined) expect(new URL(text).hostname).toMatch(/^(example\.com|.*\.example\.org)\.?$/);
      }),
      { numRuns: 1000 },
    );
  });
});

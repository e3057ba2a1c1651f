import { describe, expect, it } from '@jest/globals';
import { targetOf, tunnelOf } from './proxy-request.js';

describe('tunnelOf', () => {
  it.each([
    ['example.com:443', { host: 'example.com', port: 443 }],
    ['[::1]:8443', { host: '::1', port: 8443 }],
    ['0x7f.1:80', { host: '0x7f.1', port: 80 }],
  ])('reads %s', (url, target) => {
    expect(tunnelOf(url)).toMatchObject(target);
  });

  it.each([undefined, '', 'example.com', 'example.com:0', 'example.com:65536', 'user@example.com:443', 'http://example.com:443', 'a b:443', '::1:443', 'example.com:443/x', 'example.com\\@evil.com:443', `${'a'.repeat(254)}:443`])('takes %j for no tunnel', (url) => {
    expect(tunnelOf(url)).toBeUndefined();
  });
});

describe('targetOf', () => {
  it.each([
    ['http://example.com/a?b', { host: 'example.com', port: 80, path: '/a?b', authority: 'example.com' }],
    ['http://[::1]:8080/', { host: '::1', port: 8080, path: '/', authority: '[::1]:8080' }],
    ['http://2130706433/', { host: '127.0.0.1', port: 80 }],
  ])('reads %s', (url, target) => {
    expect(targetOf(url)).toMatchObject(target);
  });

  it.each([undefined, '/', '*', 'https://example.com/', 'ftp://example.com/', 'http://user:word@example.com/', 'http://', 'file:///etc/passwd', `http://${'a'.repeat(254)}/`])('takes %j for no URL of http', (url) => {
    expect(targetOf(url)).toBeUndefined();
  });
});

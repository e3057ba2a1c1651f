import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Policy } from '../policy/policy.js';
import type { EgressRules } from './egress-rules.js';
import { judgeAddress } from './judge-address.js';

function rulesOf(network: object): EgressRules {
  const { egress } = Policy.from({ name: 'p', rules: { network } }).rulesFor('t');
  if (egress === undefined) throw new Error('expected rules');
  return egress;
}

const strict = rulesOf({ allowed_domains: ['*'] });

const octet = fc.integer({ min: 0, max: 255 });
type Four = readonly [number, number, number, number];
/** IPv4 addresses that are not on the public internet. */
const privateFour: fc.Arbitrary<Four> = fc.oneof(
  fc.tuple(fc.constantFrom(0, 10, 127, 224, 239, 240, 255), octet, octet, octet),
  fc.tuple(fc.constant(172), fc.integer({ min: 16, max: 31 }), octet, octet),
  fc.tuple(fc.constant(192), fc.constant(168), octet, octet),
  fc.tuple(fc.constant(169), fc.constant(254), octet, octet),
  fc.tuple(fc.constant(100), fc.integer({ min: 64, max: 127 }), octet, octet),
  fc.constantFrom<Four>([169, 254, 169, 254], [168, 63, 129, 16], [255, 255, 255, 255], [198, 18, 0, 1], [192, 0, 2, 1], [203, 0, 113, 9]),
);

function halves([a, b, c, d]: Four): readonly [string, string] {
  return [(a * 256 + b).toString(16), (c * 256 + d).toString(16)];
}

/** Every way to write an IPv4 address into an IPv6 one. */
const forms: Readonly<Record<string, (four: Four) => string>> = {
  plain: (four) => four.join('.'),
  mapped: (four) => `::ffff:${four.join('.')}`,
  'mapped in hex': (four) => `::ffff:${halves(four).join(':')}`,
  'mapped in full': (four) => `0:0:0:0:0:FFFF:${halves(four).join(':').toUpperCase()}`,
  'in brackets': (four) => `[::ffff:${four.join('.')}]`,
  compatible: (four) => `::${halves(four).join(':')}`,
  translated: (four) => `::ffff:0:${halves(four).join(':')}`,
  NAT64: (four) => `64:ff9b::${four.join('.')}`,
  'local NAT64': (four) => `64:ff9b:1::${halves(four).join(':')}`,
  '6to4': (four) => `2002:${halves(four).join(':')}::1`,
  Teredo: (four) => `2001:0:${halves(four).join(':')}::1`,
  ISATAP: (four) => `2606:4700::5efe:${halves(four).join(':')}`,
};

describe('judgeAddress', () => {
  it.each(['1.1.1.1', '93.184.216.34', '172.32.0.1', '100.128.0.1', '2606:4700:4700::1111', '::ffff:8.8.8.8'])('lets a tool reach %s', (address) => {
    expect(judgeAddress(strict, address)).toBeUndefined();
  });

  it.each([
    ['127.0.0.1', 'loopback'],
    ['::1', 'loopback'],
    ['10.1.2.3', 'private'],
    ['169.254.1.1', 'link-local'],
    ['fe80::1%eth0', 'link-local'],
    ['169.254.169.254', 'cloud metadata'],
    ['fd00:ec2::254', 'cloud metadata'],
    ['168.63.129.16', 'cloud metadata'],
    ['100.100.100.200', 'cloud metadata'],
    ['100.64.0.1', 'shared by a carrier (RFC 6598)'],
    ['fd12::1', 'private'],
    ['fec0::1', 'site-local'],
    ['224.0.0.1', 'multicast'],
    ['ff02::1', 'multicast'],
    ['255.255.255.255', 'broadcast'],
    ['0.0.0.0', 'unspecified'],
    ['::', 'unspecified'],
    ['192.0.2.1', 'reserved'],
    ['2001:db8::1', 'reserved'],
    ['4000::1', 'not assigned'],
    ['64:ff9b::808:808', 'translated (NAT64)'],
    ['2002:808:808::1', 'translated (6to4)'],
  ])('refuses %s as %s', (address, kind) => {
    expect(judgeAddress(strict, address)).toBe(`address is not public (${kind}) and not in rules.network.allowed_addresses`);
  });

  it.each(Object.entries(forms))('refuses every private IPv4 address, %s', (_name, form) => {
    fc.assert(
      fc.property(privateFour, (four) => {
        expect(judgeAddress(strict, form(four))).toMatch(/^address is not public/);
      }),
    );
  });

  it.each(['', 'localhost', '127.1', '0x7f.0.0.1', '017700000001', '1.2.3', '1.2.3.4.5', '::1::', '[', 'fe80::1%', 'a'.repeat(10_000), '1.1.1.1\0.evil'])('refuses %j, which is no address', (text) => {
    expect(judgeAddress(strict, text)).toBeDefined();
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('0', '1', 'f', ':', '.', '%', '[', ']') })), (text) => {
        expect(typeof judgeAddress(strict, text)).toMatch(/string|undefined/);
      }),
    );
  });

  it('lets pass what allowed_addresses covers, as IPv4 and as IPv4 in IPv6', () => {
    const rules = rulesOf({ allowed_domains: ['*'], allowed_addresses: ['10.0.0.0/8', '::1'] });

    expect(['10.9.8.7', '::ffff:10.9.8.7', '::1'].map((address) => judgeAddress(rules, address))).toEqual([undefined, undefined, undefined]);
    expect(judgeAddress(rules, '11.0.0.1')).toBeUndefined();
    expect(judgeAddress(rules, '127.0.0.1')).toBeDefined();
  });

  it('judges the address inside a translated one as well, though the form is allowed', () => {
    const rules = rulesOf({ allowed_domains: ['*'], allowed_addresses: ['64:ff9b::/96'] });

    expect(judgeAddress(rules, '64:ff9b::8.8.8.8')).toBeUndefined();
    expect(judgeAddress(rules, '64:ff9b::10.0.0.1')).toBe('address is not public (private) and not in rules.network.allowed_addresses');
    expect(judgeAddress(rulesOf({ allowed_domains: ['*'], allowed_addresses: ['10.0.0.0/8'] }), '64:ff9b::10.0.0.1')).toBeDefined();
  });

  it('lets pass an address that allowed_domains spells out, and no other', () => {
    const rules = rulesOf({ allowed_domains: ['10.0.0.5', 'fd00::1'] });

    expect(['10.0.0.5', '::ffff:10.0.0.5', 'fd00::1', '10.0.0.6'].map((address) => judgeAddress(rules, address) === undefined)).toEqual([true, true, true, false]);
  });
});

import { describe, expect, it } from '@jest/globals';
import ipaddr from 'ipaddr.js';
import { addressBlock, isInBlock } from './address-block.js';

describe('addressBlock', () => {
  it.each(['', 'localhost', '10', '10.1', '10/8', '0x7f.0.0.1', '127.1', '10.0.0.0/33', '::1/129', '10.0.0.0/', '::ffff:10.0.0.0/64', '10.0.0.0/8/8', '1.2.3.4.5'])('refuses %j', (text) => {
    expect(addressBlock(text)).toBeUndefined();
  });

  it.each([
    ['10.1.0.0/16', '10.1.2.3', true],
    ['10.1.0.0/16', '10.2.0.0', false],
    ['127.0.0.1', '127.0.0.1', true],
    ['127.0.0.1', '127.0.0.2', false],
    ['::1', '::1', true],
    ['fd00::/8', 'fd12::9', true],
    ['fd00::/8', '10.0.0.1', false],
    ['::ffff:10.0.0.0/104', '10.9.9.9', true],
  ])('%s holds %s: %s', (block, address, isIn) => {
    const read = addressBlock(block);

    expect(read && isInBlock(ipaddr.process(address), read)).toBe(isIn);
  });
});

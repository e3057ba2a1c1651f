import { describe, expect, it } from '@jest/globals';
import { Policy } from '../policy/policy.js';
import type { EgressRules } from './egress-rules.js';
import { judgeDestination, judgeName, judgeTarget } from './judge-destination.js';

function rulesOf(network: object, tool: object = {}): EgressRules {
  const { egress } = Policy.from({ name: 'p', rules: { network, tools: { t: tool } } }).rulesFor('t');
  if (egress === undefined) throw new Error('expected rules');
  return egress;
}

/** A resolver that knows these addresses, and counts. */
function resolving(...addresses: string[]): { readonly asked: string[]; (host: string): Promise<{ address: string; family: number }[]> } {
  const asked: string[] = [];
  const resolve = (host: string): Promise<{ address: string; family: number }[]> => {
    asked.push(host);
    return Promise.resolve(addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));
  };
  return Object.assign(resolve, { asked });
}

const notPublic = 'address is not public (private) and not in rules.network.allowed_addresses';

describe('judgeDestination', () => {
  it('gives the address to connect to, asked for once', async () => {
    const resolve = resolving('93.184.216.34');

    await expect(judgeDestination(rulesOf({ allowed_domains: ['example.com'] }), 'EXAMPLE.com.', 443, resolve)).resolves.toEqual({ address: '93.184.216.34', family: 4 });
    expect(resolve.asked).toEqual(['example.com']);
  });

  it('asks no resolver for a name that is refused', async () => {
    const resolve = resolving('93.184.216.34');

    await expect(judgeDestination(rulesOf({ allowed_domains: ['example.com'] }), 'c2VjcmV0.evil.com', 443, resolve)).resolves.toEqual({ refused: 'host is not in rules.network.allowed_domains' });
    expect(resolve.asked).toEqual([]);
  });

  it('goes to the first address that passes', async () => {
    const rules = rulesOf({ allowed_domains: ['example.com'] });

    await expect(judgeDestination(rules, 'example.com', 443, resolving('10.0.0.1', '2606:4700::1'))).resolves.toEqual({ address: '2606:4700::1', family: 6 });
    await expect(judgeDestination(rules, 'example.com', 443, resolving('10.0.0.1', '192.168.0.1'))).resolves.toEqual({ refused: notPublic });
  });

  it.each(['0xa.1', '167772161', '012.0.0.1', '10.1', '[::ffff:a00:1]', '::ffff:10.0.0.1'])('reads %s as the address that it is', async (host) => {
    const resolve = resolving('93.184.216.34');

    await expect(judgeDestination(rulesOf({ allowed_domains: ['*'] }), host, 80, resolve)).resolves.toEqual({ refused: notPublic });
    await expect(judgeDestination(rulesOf({ allowed_domains: ['*'], allowed_addresses: ['10.0.0.0/8'] }), host, 80, resolve)).resolves.toEqual({ address: '10.0.0.1', family: 4 });
    expect(resolve.asked).toEqual([]);
  });

  it('refuses what cannot be resolved, what answers nonsense and what is no host', async () => {
    const rules = rulesOf({ deny_all_other: false });

    await expect(judgeDestination(rules, 'example.com', 80, () => Promise.reject(new Error('SERVFAIL')))).resolves.toEqual({ refused: 'host cannot be resolved' });
    await expect(judgeDestination(rules, 'example.com', 80, resolving())).resolves.toEqual({ refused: 'host cannot be resolved' });
    await expect(judgeDestination(rules, 'example.com', 80, resolving('not an address'))).resolves.toEqual({ refused: 'address cannot be read' });
    await expect(judgeDestination(rules, 'exa mple', 80, resolving('1.1.1.1'))).resolves.toEqual({ refused: 'host cannot be read' });
  });

  it("holds a tool to its own block as well as to the policy's", async () => {
    const rules = rulesOf({ allowed_domains: ['a.example.com', 'b.example.com'] }, { network: { allowed_domains: ['a.example.com'] } });

    await expect(judgeDestination(rules, 'a.example.com', 443, resolving('1.1.1.1'))).resolves.toMatchObject({ address: '1.1.1.1' });
    await expect(judgeDestination(rules, 'b.example.com', 443, resolving('1.1.1.1'))).resolves.toHaveProperty('refused');
  });

  it('refuses nothing where the rules only log, and tells what they would refuse', async () => {
    const rules = rulesOf({ allowed_domains: [], action: 'log' });

    await expect(judgeDestination(rules, 'example.com', 443, resolving('10.0.0.1'))).resolves.toEqual({ address: '10.0.0.1', family: 4 });
    expect(judgeName(rules, 'example.com')).toEqual([{ rule: 'rules.network', action: 'log', reason: 'host is not in rules.network.allowed_domains' }]);
    expect(judgeTarget(rules, '10.0.0.1')).toEqual([{ rule: 'rules.network.allowed_addresses', action: 'log', reason: notPublic }]);
  });
});

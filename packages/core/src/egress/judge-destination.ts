import { lookup as dnsLookup, type LookupAddress } from 'node:dns';
import { isIP } from 'node:net';
import { canonicalHost, isAddress } from '../policy/network/host.js';
import type { EgressRules } from './egress-rules.js';
import { judgeAddress } from './judge-address.js';

/** A rule that a connection broke, in words of the policy: never the host, which may carry what the tool was told to smuggle out. */
export interface Refusal {
  readonly rule: string;
  readonly reason: string;
  /** `log` where the rule only notes. */
  readonly action: 'block' | 'log';
  readonly at?: string;
}

/** Where a connection may go, or why it may not. */
export type Destination = { readonly address: string; readonly family: 4 | 6 } | { readonly refused: string };

export type Resolve = (host: string) => Promise<readonly LookupAddress[]>;

/**
 * Judges a host by its name and by every address that it resolves to, once. Connect to the address that is returned and to no other: a second
 * lookup may answer differently. Never rejects: a host that cannot be resolved is refused.
 *
 * @param host a name or an address, with or without brackets
 */
export async function judgeDestination(rules: EgressRules, host: string, port: number, resolve: Resolve = systemResolve): Promise<Destination> {
  const byName = firstBlocking(judgeName(rules, host, port));
  if (byName !== undefined) return { refused: byName.reason };
  const canonical = canonicalHost(host);
  if (canonical === undefined) return { refused: 'host cannot be read' };
  let addresses: readonly LookupAddress[];
  try {
    addresses = isAddress(canonical) ? [{ address: canonical, family: isIP(canonical) }] : await resolve(canonical);
  } catch {
    return { refused: 'host cannot be resolved' };
  }
  let refusal: Refusal | undefined;
  for (const { address } of addresses) {
    const family = isIP(address);
    refusal = firstBlocking(judgeTarget(rules, address));
    if (refusal === undefined && (family === 4 || family === 6)) return { address, family };
  }
  return { refused: refusal?.reason ?? 'host cannot be resolved' };
}

/** Every rule that a host breaks by its name. */
export function judgeName({ checks }: EgressRules, host: string, port?: number): readonly Refusal[] {
  const refusals: Refusal[] = [];
  for (const { rule, network } of checks) {
    const fault = network.judgeHost(host, port);
    if (fault === undefined) continue;
    const action = rule.action === 'log' ? 'log' : 'block';
    refusals.push({ rule: rule.id, reason: fault.reason, action, ...(rule.at === undefined ? {} : { at: rule.at }) });
  }
  return refusals;
}

/** The rule that an address breaks, if any. */
export function judgeTarget(rules: EgressRules, address: string): readonly Refusal[] {
  const reason = judgeAddress(rules, address);
  return reason === undefined ? [] : [refusalOf(rules, 'rules.network.allowed_addresses', reason)];
}

/** A refusal by what the policy's network blocks mean as a whole: noted only where all of them only note. */
export function refusalOf({ checks }: EgressRules, rule: string, reason: string): Refusal {
  return { rule, reason, action: checks.every((check) => check.rule.action === 'log') ? 'log' : 'block' };
}

export function firstBlocking(refusals: readonly Refusal[]): Refusal | undefined {
  return refusals.find(({ action }) => action === 'block');
}

/** As it was when this module was loaded; the guard replaces the module's member. */
const originalLookup = dnsLookup;

function systemResolve(host: string): Promise<readonly LookupAddress[]> {
  return new Promise((resolve, reject) => {
    originalLookup(host, { all: true }, (error, addresses) => {
      if (error === null) resolve(addresses);
      else reject(error);
    });
  });
}

import dns, { type LookupAddress, type LookupOptions } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import type { DomainDeniedError } from '../errors.js';
import type { EgressScope } from './egress-scope.js';

/** As it was before the hooks: what the guard itself asks is not asked of the tool's rules again. */
const systemLookup = dns.lookup;

type Callback = Parameters<LookupFunction>[2];

/**
 * A lookup for one connection: whatever answers, the connection gets the addresses that the rules let pass, and is made to one of those.
 *
 * @param custom the tool's own lookup, if it gave one; its answers are judged as well
 * @param onRefused says what to fail with instead of the refusal
 */
export function guardedLookup(scope: EgressScope, custom?: LookupFunction, onRefused: OnRefused = asItIs): LookupFunction {
  return (host, options, callback) => {
    const answer = (error: Error | null, addresses: readonly LookupAddress[] = []): void => {
      if (error !== null) fail(callback, error);
      else deliver({ scope, onRefused }, addresses, options, callback);
    };
    if (custom === undefined) {
      systemLookup(host, { ...options, all: true }, answer);
      return;
    }
    custom(host, { ...options }, (error, address, family) => {
      answer(error, typeof address === 'string' ? [{ address, family: family ?? isIP(address) }] : read(address));
    });
  };
}

/** A lookup that finds nothing but the refusal, so that Node reports it as it reports any failure to connect. */
export function refusingLookup(refused: DomainDeniedError, onRefused: OnRefused = asItIs): LookupFunction {
  return (_host, _options, callback) => {
    process.nextTick(() => fail(callback, onRefused(refused)));
  };
}

type OnRefused = (refused: DomainDeniedError) => Error;

function asItIs(refused: DomainDeniedError): Error {
  return refused;
}

function deliver({ scope, onRefused }: { readonly scope: EgressScope; readonly onRefused: OnRefused }, addresses: readonly LookupAddress[], options: LookupOptions, callback: Callback): void {
  let refused: DomainDeniedError | undefined;
  const passed = addresses.filter(({ address }) => {
    const error = scope.refuseAddress(address);
    refused ??= error;
    return error === undefined;
  });
  const [first] = passed;
  if (first === undefined) fail(callback, refused === undefined ? new Error('the host has no address') : onRefused(refused));
  else if (options.all === true) callback(null, passed);
  else callback(null, first.address, first.family);
}

/** A copy, since the tool may keep its list and change it. */
function read(answer: unknown): readonly LookupAddress[] {
  if (!Array.isArray(answer)) return [];
  return answer.flatMap((entry: Partial<LookupAddress> | null | undefined) => {
    const address = entry?.address;
    return typeof address === 'string' ? [{ address, family: isIP(address) }] : [];
  });
}

function fail(callback: Callback, error: Error): void {
  // Typed as if an address came with every error.
  callback(error, '');
}

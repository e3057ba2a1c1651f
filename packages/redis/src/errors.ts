import { EnforceCoreError, GuardError } from '@enforcecore/core';

/** Answers of a server that works, and cannot work for us now. What else it refuses concerns one call. */
const outages = /^(?:READONLY|LOADING|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|BUSY|NOREPLICAS|MISCONF|NOAUTH|WRONGPASS|NOPERM|UNKILLABLE)\b/;

/** Whether other calls will fare no better. */
export function isOutage(error: unknown): boolean {
  return !isReply(error) || outages.test(error.message);
}

function isReply(error: unknown): error is Error {
  return error instanceof Error && error.name === 'ReplyError';
}

/** The same without what the driver hangs on errors: the command, which may be AUTH with its password. */
export function withoutSecrets(error: unknown): Error {
  const text = error instanceof Error ? error.message : 'not an error';
  const short = text.replaceAll(/rediss?:\/\/\S*/g, '(address)').slice(0, 300);
  const clean = new Error(short === '' && error instanceof Error ? error.name : short);
  if (error instanceof Error) clean.name = error.name;
  return clean;
}

export function unavailable(place: string, error: unknown): GuardError {
  const cause = withoutSecrets(error);
  return new GuardError(
    'LIMIT_STORE',
    `the limit store "redis" at ${place} could not be asked (${cause.message}), so nothing that it limits may run; see that it answers, or let the policy go on with shared_limits.when_unavailable: local_allowance`,
    { cause },
  );
}

/** @throws EnforceCoreError `COST_INVALID` for what is no whole amount. */
export function checkMicros(micros: number, what: string): void {
  if (Number.isSafeInteger(micros) && micros >= 0) return;
  throw new EnforceCoreError('COST_INVALID', `${what} must be a whole number of micro-dollars from 0 to 2^53, got ${typeof micros === 'number' ? String(micros) : `a ${typeof micros}`}`);
}

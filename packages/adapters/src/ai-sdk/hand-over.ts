import { EnforceCoreError } from '@enforcecore/core';
import { refusalOf, type Refusal } from '@enforcecore/core/tools';
import { runAsked, type AskedCaller } from '../shared/asked-caller.js';
import type { Gate } from '../shared/gate.js';

/**
 * Enforces and records a call that is made elsewhere: by the client, or by the provider. Its result is never seen here, and
 * its arguments go out as the model wrote them, so that a call with something to hide in them is refused.
 *
 * @param refused why the call is not handed over even where the policy allows it
 */
export async function handOver(gate: Gate, name: string, input: unknown, asked: AskedCaller, refused?: EnforceCoreError): Promise<Refusal | undefined> {
  const hand = (cleaned: unknown): void => {
    if (refused !== undefined) throw refused;
    if (!isSame(cleaned, input)) {
      throw new EnforceCoreError('REDACTION', `the arguments of "${name}" hold what the policy hides, and cannot be cleaned on their way to where it runs; clean the model's output first`, { toolName: name });
    }
  };
  try {
    await runAsked(asked, (caller) => gate.run(name, input, hand, caller));
    return undefined;
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal === undefined) throw error;
    return { ...refusal, mayHaveRun: false };
  }
}

/** Arguments are JSON by origin; what is none is not known to be the same. */
function isSame(cleaned: unknown, input: unknown): boolean {
  try {
    return cleaned === input || JSON.stringify(cleaned) === JSON.stringify(input);
  } catch {
    return false; // safe: the call is refused
  }
}

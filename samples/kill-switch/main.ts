import { createContainer, currentCall, Enforce, EnforceCoreError, KillSwitch, Policy } from '@enforcecore/core';
import { setTimeout as wait } from 'node:timers/promises';

const policy = Policy.from({ name: 'kill-switch', rules: { allowed_tools: ['send_mail', 'read_mail'] } });
const container = createContainer({ policy, settings: { auditPath: '.demo/kill-switch' } });

class MailTools {
  // #region signal
  @Enforce({ tool: 'send_mail' })
  async send(args: { readonly to: string }): Promise<string> {
    // The signal is aborted when the switch trips: whatever takes one stops, and the call ends at once.
    await wait(10_000, undefined, { signal: currentCall()?.signal });
    return `sent to ${args.to}`;
  }
  // #endregion signal

  @Enforce({ tool: 'read_mail' })
  read(args: { readonly box: string }): string {
    return `nothing new in ${args.box}`;
  }
}

container.bind(MailTools).toSelf();
const mail = container.get(MailTools);

async function outcomeOf(call: () => unknown): Promise<string> {
  try {
    return String(await call());
  } catch (error) {
    if (!EnforceCoreError.is(error)) throw error;
    return `${error.code}: ${error.message}`;
  }
}

const running = outcomeOf(() => mail.send({ to: 'ann@example.com' }));

// #region trip
const killSwitch = container.get(KillSwitch);
killSwitch.trip('mails go to strangers', { scope: { of: 'tool', name: 'send_mail' }, by: 'on-call' });
// #endregion trip

console.log('the running call  ', await running);
console.log('the next one      ', await outcomeOf(() => mail.send({ to: 'bob@example.com' })));
console.log('another tool      ', await outcomeOf(() => mail.read({ box: 'inbox' })));

// #region reset
for (const { scope, by, reason } of killSwitch.trips) console.log('tripped           ', scope, 'by', by, 'since', reason);
killSwitch.reset({ scope: { of: 'tool', name: 'send_mail' }, by: 'on-call', reason: 'the address book is put right' });
// #endregion reset

// #region recovery
killSwitch.trip('the mail server is slow', { recoverAfterMs: 50, trialCalls: 1 });
// #endregion recovery
console.log('tripped again     ', await outcomeOf(() => mail.read({ box: 'inbox' })));
await wait(100);
console.log('the trial         ', await outcomeOf(() => mail.read({ box: 'inbox' })));
console.log('and all after it  ', killSwitch.isTripped ? 'still tripped' : 'not tripped any more');

await container.close();

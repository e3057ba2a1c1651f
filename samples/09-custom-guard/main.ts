import { Clock, createContainer, Enforce, EnforceCoreError, Guard, LimitStore, Logger, Policy, type EnforceContainer } from '@enforcecore/core';
import { FreezeGuard, type Freeze } from './freeze-guard.js';

const policy = Policy.from({
  name: 'releases',
  rules: { rate_limits: { per_tool: { deploy_service: { max_calls: 3, window_seconds: 3600 } } } },
});

class ReleaseTools {
  @Enforce({ tool: 'deploy_service' })
  deploy(args: { readonly service: string }): string {
    return `${args.service} is live`;
  }

  @Enforce({ tool: 'show_status' })
  status(): string {
    return 'all services answer';
  }
}

// #region bind
/** One binding. The store that counts is the container's own, so calls already made stay counted. */
function useFreeze(container: EnforceContainer, freeze: Freeze): void {
  container
    .rebind(Guard)
    .toResolvedValue(
      (store, clock, logger) => new FreezeGuard(store, clock, logger, freeze),
      [LimitStore, Clock, Logger],
    );
}
// #endregion bind

const hour = 3_600_000;

async function main(): Promise<void> {
  const now = Date.now();
  const frozen = { from: now - hour, until: now + hour };
  const over = { from: now - 2 * hour, until: now - hour };

  console.log('Replaced before the first call:');
  const early = open();
  useFreeze(early, frozen);
  attempt('deploy during the freeze', () => early.get(ReleaseTools).deploy({ service: 'shop' }));
  attempt('status during the freeze', () => early.get(ReleaseTools).status());
  await early.close();

  console.log('\nReplaced after calls were made; it holds from the next call on, for instances that exist already:');
  const late = open();
  const tools = late.get(ReleaseTools);
  attempt('deploy under the house\'s guard', () => tools.deploy({ service: 'shop' }));
  useFreeze(late, frozen);
  attempt('deploy during the freeze', () => tools.deploy({ service: 'shop' }));
  useFreeze(late, over);
  attempt('deploy after the freeze', () => tools.deploy({ service: 'shop' }));
  attempt('the third in this hour', () => tools.deploy({ service: 'api' }));
  attempt('the fourth: the rate limit has counted on', () => tools.deploy({ service: 'api' }));
  await late.close();
}

function open(): EnforceContainer {
  const container = createContainer({ policy, settings: { auditPath: '.demo/custom-guard' } });
  container.bind(ReleaseTools).toSelf();
  return container;
}

function attempt(what: string, call: () => string): void {
  try {
    console.log(`  ${what}: ${call()}`);
  } catch (error) {
    if (!EnforceCoreError.is(error)) throw error;
    console.log(`  ${what}: ${error.message}`);
  }
}

void main();

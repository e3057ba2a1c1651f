import {
  createContainer,
  Enforce,
  EnforceCoreError,
  OnPostCall,
  OnPreCall,
  OnViolation,
  Policy,
  type EnforceContainer,
  type PostCallContext,
  type PreCallContext,
  type ViolationContext,
} from '@enforcecore/core';
import { setTimeout as wait } from 'node:timers/promises';

const policy = Policy.from({ name: 'hooks', rules: { denied_tools: ['wipe_disk'] } });

class FileTools {
  @Enforce({ tool: 'read_file' })
  read(args: { readonly path: string }): string {
    return `contents of ${args.path}`;
  }

  @Enforce({ tool: 'copy_file' })
  async copy(args: { readonly path: string }): Promise<string> {
    await Promise.resolve();
    return `copied ${args.path}`;
  }

  @Enforce({ tool: 'wipe_disk' })
  wipe(): void {
    throw new Error('this never runs');
  }
}

// #region hooks
class Watch {
  /** Before the tool, and before the policy: what it refuses stays refused. What it throws blocks the call as well. */
  @OnPreCall()
  protectKeys(context: PreCallContext): void {
    if (String(context.call.input.path).endsWith('.pem')) context.veto('private keys stay where they are');
  }

  /** Observers are told afterwards and change nothing. They never see arguments or results. */
  @OnViolation()
  report({ result, violation }: ViolationContext): void {
    console.log(`  [violation] ${result.tool}: ${violation.type} by ${violation.rule}`);
  }

  @OnPostCall()
  count({ result }: PostCallContext): void {
    console.log(`  [ran] ${result.tool}: ${result.outcome}`);
  }
}
// #endregion hooks

// #region async
class Approval {
  /** May wait, here for somebody who says yes. A synchronous tool cannot wait, so in front of one this blocks the call. */
  @OnPreCall()
  async ask(context: PreCallContext): Promise<void> {
    await wait(20);
    if (context.call.input.path === '/etc/shadow') context.veto('nobody approved it');
  }
}
// #endregion async

async function main(): Promise<void> {
  console.log('A hook class made by the container:');
  const watched = open();
  watched.bind(Watch).toSelf();
  watched.get(Watch); // being made is what registers its hooks
  const files = watched.get(FileTools);
  await attempt(() => files.read({ path: 'notes.txt' }));
  await attempt(() => files.read({ path: 'server.pem' }));
  await attempt(() => files.copy({ path: 'server.pem' }));
  await attempt(() => files.wipe());
  await watched.close(); // lets the observers finish

  console.log('\nA hook that waits:');
  const approved = open();
  approved.bind(Approval).toSelf();
  approved.get(Approval);
  const asked = approved.get(FileTools);
  await attempt(() => asked.copy({ path: 'notes.txt' }));
  await attempt(() => asked.copy({ path: '/etc/shadow' }));
  await attempt(() => asked.read({ path: 'notes.txt' }));
  await approved.close();
}

function open(): EnforceContainer {
  const container = createContainer({ policy, settings: { auditPath: '.demo/hooks' } });
  container.bind(FileTools).toSelf();
  return container;
}

async function attempt(call: () => unknown): Promise<void> {
  try {
    console.log('  the agent gets:', await call());
  } catch (error) {
    if (!EnforceCoreError.is(error)) throw error;
    console.log(`  the agent gets: ${error.code}, ${error.message}`);
  }
}

void main();

import { createContainer, EnforceCoreError, Executor, Policy, runInContainer, SandboxExecutor, type EnforceContainer } from '@enforcecore/core';
import { count_down, Documents, wait_for_signal } from './tools.js';

const limits = { resource_limits: { max_call_duration_seconds: 0.3 } };
const open = Policy.from({ name: 'inside', rules: limits });
// #region policy
const walled = Policy.from({
  name: 'in a worker',
  rules: { ...limits, sandbox: { strategy: 'worker', max_memory_mb: 64, max_result_bytes: 10_000 } },
});
// #endregion policy

async function main(): Promise<void> {
  for (const policy of [open, walled]) {
    const container = createContainer({ policy, settings: { auditPath: `.demo/sandbox/${policy.name.replaceAll(' ', '-')}` } });
    container.bind(Documents).toSelf();
    const documents = container.get(Documents); // refused here if the policy wants a wall and the class cannot be moved
    console.log(`Policy "${policy.name}":`);
    console.log('  convert        ', await documents.convert({ text: 'three short words' }));
    console.log('  recorded as    ', container.house.lastResult?.outcome);
    for await (const page of documents.pages({ count: 3 })) console.log('  stream         ', page);
    await container.close();
  }
  const container = createContainer({ policy: walled, settings: { auditPath: '.demo/sandbox/ended' } });
  console.log('\nTools that do not end, and are ended:');
  await tell(container, 'count_down(-1)', () => count_down(-1)); // a loop that no signal could stop
  await tell(container, 'wait_for_signal', () => wait_for_signal());
  // #region probe
  const executor = container.get(Executor);
  if (executor instanceof SandboxExecutor) {
    for (const { level, works, holds } of await executor.probe()) console.log('  level          ', level, works ? holds : 'is not reached here');
  }
  // #endregion probe
  await container.close();
}

async function tell(container: EnforceContainer, name: string, call: () => Promise<unknown>): Promise<void> {
  try {
    console.log(`  ${name}`, await runInContainer(container, call));
  } catch (error) {
    if (!EnforceCoreError.is(error)) throw error;
    console.log(`  ${name.padEnd(15)} ${error.code}: ${error.message}; outcome ${String(container.house.lastResult?.outcome)}`);
  }
}

void main();

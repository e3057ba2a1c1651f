import { createContainer, EnforceCoreError, Enforcer, withResults, type EnforcementResult } from '@enforcecore/core';
import { sampleCalls, type SampleCall } from './calls.js';

// Compiled to samples/dist/policies; the policies lie beside the sources.
const policies = new URL('../../policies/', import.meta.url);
const widths = [15, 18, 9] as const;

async function main(): Promise<boolean> {
  console.log(row(['policy', 'tool', 'decision', 'why']));
  let sound = true;
  for (const name of new Set(sampleCalls.map(({ policy }) => policy))) {
    for (const [call, result] of await run(name)) {
      console.log(row([name, call.tool, result.decision, whyOf(result)]));
      if (result.decision === call.expect) continue;
      sound = false;
      console.error(`  expected ${call.expect}`);
    }
  }
  return sound;
}

// #region run
/** All calls of one policy, in a container of its own. */
async function run(name: string): Promise<readonly (readonly [SampleCall, EnforcementResult])[]> {
  const container = createContainer({
    policy: new URL(`${name}.yaml`, policies),
    settings: { auditPath: `.demo/policies/${name}`, environment: 'production' },
  });
  const enforcer = new Enforcer(undefined, { container });
  const made: (readonly [SampleCall, EnforcementResult])[] = [];
  for (const call of sampleCalls.filter(({ policy }) => policy === name)) {
    const { tool, args, tenant, labels, result = 'done' } = call;
    const traced = await withResults(async () => {
      try {
        await enforcer.run(() => Promise.resolve(result), { tool, args: [args], agent: `${name}-1`, tenant, labels });
      } catch (error) {
        // A refusal; the result says which rule it was.
        if (!EnforceCoreError.is(error)) throw error;
      }
    });
    for (const one of traced.results) made.push([call, one]);
  }
  await container.close();
  return made;
}
// #endregion run

function whyOf({ violations }: EnforcementResult): string {
  const [first] = violations;
  if (first === undefined) return 'no rule objects';
  const path = first.path === undefined ? '' : ` at ${first.path}`;
  return `${first.action ?? 'block'}: ${first.rule}${path}: ${first.reason}`;
}

function row(cells: readonly string[]): string {
  return cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ');
}

main().then(
  (sound) => {
    process.exitCode = sound ? 0 : 1;
  },
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);

import { createContainer, EnforceCoreError, EnforcementViolation } from '@enforcecore/core';
import { CodeInterpreterTool, CodeThrewError, runCode } from '@enforcecore/core/quickjs';

// Compiled to samples/dist/code-interpreter; the policy lies beside the source.
const policy = new URL('../../code-interpreter/policy.yaml', import.meta.url);

/** What a model might write, and what comes of it. */
const programs = [
  'const total = input.prices.reduce((sum, price) => sum + price, 0); console.log("items", input.prices.length); total',
  '"write to mira@northfjord.example"',
  'input.prices.totl()',
  '({}).constructor.constructor("return process")().env',
  'for (;;);',
  'const kept = []; for (;;) kept.push(new ArrayBuffer(1e6))',
  '"x".repeat(50_000)',
];

async function asATool(): Promise<void> {
  // #region tool
  const container = createContainer({ policy, settings: { auditPath: '.demo/code-interpreter' } });
  container.bind(CodeInterpreterTool).toDynamicValue(() => new CodeInterpreterTool({ memoryBytes: 32 * 2 ** 20 }));
  const interpreter = container.get(CodeInterpreterTool);

  for (const code of programs) {
    try {
      // { value: 62.5, logs: ['items 3'] }, or { error: 'TypeError: not a function (code.js:1:18)', logs: [] }
      console.log(await interpreter.run({ code, input: { prices: [12.5, 20, 30] } }));
    } catch (error) {
      // A limit was reached: recorded, and the answer is withheld.
      if (!(error instanceof EnforcementViolation)) throw error;
      console.log(`${error.name}: ${error.reason}`);
    }
  }
  await container.close();
  // #endregion tool
}

async function alone(): Promise<void> {
  // #region alone
  const { value, logs, cpuMs } = await runCode('console.log("sum"); await Promise.resolve(input.a + input.b)', {
    input: { a: 1, b: 2 },
    timeoutMs: 200,
    memoryBytes: 32 * 2 ** 20,
  });
  // #endregion alone
  console.log(value, logs, cpuMs < 200);
  // #region errors
  try {
    await runCode('\nnull.name');
  } catch (error) {
    if (!(error instanceof CodeThrewError)) throw error;
    console.log(error.thrown.name, error.thrown.stack.trim()); // TypeError at <eval> (code.js:2:5)
  }
  // #endregion errors
}

async function main(): Promise<void> {
  await asATool();
  await alone();
  console.log('Every call of the tool is in .demo/code-interpreter/trail.jsonl');
}

main().catch((error: unknown) => {
  console.error(EnforceCoreError.is(error) ? error.message : error);
  process.exitCode = 1;
});

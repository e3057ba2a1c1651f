import { afterAll, describe, expect, it } from '@jest/globals';
import { houseWith, removeTempFolders } from './kit.js';
import { CodeInterpreterTool } from '../src/quickjs/index.js';

afterAll(removeTempFolders);

function interpreter(rules: object) {
  const { container, auditor } = houseWith(rules);
  container.bind(CodeInterpreterTool).toDynamicValue(() => new CodeInterpreterTool({ timeoutMs: 30_000 }));
  return { tool: container.get(CodeInterpreterTool), auditor };
}

describe('the tool', () => {
  it('answers with a value, or with the mistake in the code', async () => {
    const { tool, auditor } = interpreter({});

    expect(await tool.run({ code: 'console.log("in"); input.a + 1', input: { a: 1 } })).toEqual({ value: 2, logs: ['in'] });
    expect(await tool.run({ code: '\nb' })).toEqual({ error: "ReferenceError: 'b' is not defined (code.js:2:1)", logs: [] });
    expect(auditor.calls.map(({ outcome }) => outcome)).toEqual(['ok', 'ok']);
  });

  it('is held to the time of the policy, though it holds the thread, and recorded', async () => {
    const { tool, auditor } = interpreter({ resource_limits: { max_call_duration_seconds: 0.1 } });

    await expect(tool.run({ code: 'for (;;);' })).rejects.toMatchObject({ code: 'SANDBOX_LIMIT' });

    expect(auditor.calls).toMatchObject([{ outcome: 'tool_error', error_class: 'SandboxTimeoutError', violations: [{ type: 'sandbox_violation', rule: 'code interpreter' }] }]);
  });

  it('gives nothing that is larger than the policy lets it', async () => {
    const { tool } = interpreter({ max_output_size_bytes: 1000 });

    await expect(tool.run({ code: '"x".repeat(2000)' })).rejects.toMatchObject({ violationType: 'output_size' });
  });
});

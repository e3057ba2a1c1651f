import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { enforce, EnforceCoreError, Enforcer, EnforcementViolation, Redactor } from '../src/index.js';
import { errorOf, houseWith } from './kit.js';

const name = fc.stringMatching(/^[a-z][a-z0-9_.-]{0,20}$/);
const data = fc.jsonValue();

describe('invariants of enforcement', () => {
  it('E1: a denied tool is refused, whatever its arguments and however it is written', () => {
    fc.assert(
      fc.property(name, data, fc.boolean(), (tool, args, upper) => {
        const { container, auditor } = houseWith({ denied_tools: [tool], allowed_tools: [tool] });
        let ran = false;
        const call = enforce((_args: unknown) => { ran = true; }, { container, tool: upper ? tool.toUpperCase() : tool });

        expect(() => { call(args); }).toThrow(EnforcementViolation);
        expect(ran).toBe(false);
        expect(auditor.entries).toHaveLength(1);
      }),
    );
  });

  it('E2: a tool that is allowed gives back what it gives without enforcement, synchronously and not', async () => {
    await fc.assert(
      fc.asyncProperty(name, data, async (tool, args) => {
        const { container } = houseWith({ allowed_tools: [tool] });
        const body = (given: unknown): unknown => ({ given, n: 1 });

        expect(enforce(body, { container, tool })(args)).toEqual(body(args));
        await expect(new Enforcer(undefined, { container }).run(body, { tool, args: [args] })).resolves.toEqual(body(args));
      }),
    );
  });

  it('E3: the same call ends the same way every time, where no limit counts', async () => {
    await fc.assert(
      fc.asyncProperty(name, name, data, async (tool, allowed, args) => {
        const { container } = houseWith({ allowed_tools: [allowed], pii_redaction: {} });
        const once = async (): Promise<string> => {
          try {
            return JSON.stringify(await new Enforcer(undefined, { container }).run((given: unknown) => given, { tool, args: [args] }));
          } catch (error) {
            return (error as EnforceCoreError).code;
          }
        };

        expect(await once()).toBe(await once());
      }),
    );
  });

  it('E4: an error of enforcement always reaches the caller, typed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.anything(), fc.boolean(), async (thrown, async) => {
        const { container } = houseWith({ pii_redaction: {} });
        container.rebind(Redactor).toConstantValue({ redact: () => { throw thrown; } });
        const run = new Enforcer(undefined, { container });
        const error = await errorOf(async () => (async ? await run.run(() => 1, { tool: 'tool', args: ['x'] }) : run.runSync(() => 1, { tool: 'tool', args: ['x'] })));

        expect(EnforceCoreError.is(error) && error.code).toBe('REDACTION');
      }),
    );
  });

  it('D-22: parameters may be called what they like', () => {
    const { container } = houseWith();
    const params = ['tool', 'tool_name', 'policy', 'policy_name', 'func', 'args', 'signal', 'body', 'this', '__proto__'];
    const echo = enforce((...given: unknown[]) => given, { container, tool: 'echo', params });
    const named = { tool: 1, tool_name: 2, policy: 3, func: 4, args: 5, constructor: 6 };

    expect(echo(...params)).toEqual(params);
    expect(echo(named)).toEqual([named]);
  });

  it('tool names that are properties of every object are plain names', () => {
    const { container } = houseWith({ allowed_tools: ['constructor'], denied_tools: ['__proto__'], rate_limits: { per_tool: { tostring: { max_calls: 1 } } } });

    expect(enforce(() => 1, { container, tool: 'constructor' })()).toBe(1);
    expect(() => enforce(() => 1, { container, tool: '__proto__' })()).toThrow(expect.objectContaining({ code: 'TOOL_DENIED' }));
    expect(() => enforce(() => 1, { container, tool: 'toString' })()).toThrow(expect.objectContaining({ code: 'TOOL_NOT_ALLOWED' }));
    expect(() => enforce(() => 1, { container, tool: 'hasOwnProperty' })()).toThrow(expect.objectContaining({ code: 'TOOL_NOT_ALLOWED' }));
  });
});

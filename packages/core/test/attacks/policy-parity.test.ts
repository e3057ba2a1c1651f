import { afterAll, describe, expect, it } from '@jest/globals';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Auditor, Clock, createContainer, Enforcer, Executor, InlineExecutor, Policy, recordCost, type EnforceContainer, type Settings } from '../../src/index.js';
import { FakeClock, MemoryAuditor } from '../../src/testing/index.js';
import { removeTempFolders, tempFolder } from '../kit.js';

afterAll(removeTempFolders);

interface Attempt {
  readonly tool?: string;
  readonly args?: Readonly<Record<string, unknown>>;
  readonly gives?: unknown;
  readonly tenant?: string;
}

interface Ended {
  readonly got: unknown;
  readonly error: { readonly code?: string; readonly violationType?: string } | undefined;
  readonly ran: boolean;
  /** What the tool was given. */
  readonly given: unknown;
}

function containerOf(policy: Policy | string, settings: Partial<Settings> = {}): EnforceContainer {
  const container = createContainer({ policy, environment: {}, settings });
  container.rebind(Auditor).toConstantValue(new MemoryAuditor());
  container.rebind(Clock).toConstantValue(new FakeClock());
  return container;
}

async function run(container: EnforceContainer, attempt: Attempt): Promise<Ended> {
  let ran = false;
  let given: unknown;
  const body = async (args: unknown): Promise<unknown> => {
    [ran, given] = [true, args];
    return 'gives' in attempt ? attempt.gives : 'fine';
  };
  try {
    const got: unknown = await new Enforcer(undefined, { container }).run(body, { tool: attempt.tool ?? 't', args: [attempt.args ?? {}], tenant: attempt.tenant });
    return { got, error: undefined, ran, given };
  } catch (error) {
    return { got: undefined, error: error as Ended['error'], ran, given }; // what was thrown is looked at by its fields only
  }
}

function parsed(yaml: string): EnforceContainer {
  return containerOf(Policy.parse(`name: p\n${yaml}`));
}

const text = (value: string): Attempt => ({ args: { text: value } });
const tool = (name: string): Attempt => ({ tool: name });

describe('what the Python EnforceCore documents is held', () => {
  it.each<[string, Attempt, string, Attempt]>([
    ['rules: {denied_tools: [rm]}', tool('rm'), 'tool_denied', tool('ls')],
    ['rules: {denied_tools: [RM]}', tool(' Rm '), 'tool_denied', tool('ls')],
    ['rules: {allowed_tools: [ls]}', tool('rm'), 'tool_not_allowed', tool('LS')],
    ['rules: {allowed_tools: [ls, rm], denied_tools: [rm]}', tool('rm'), 'tool_denied', tool('ls')],
    ['rules: {allowed_tools: ~, denied_tools: [rm]}', tool('rm'), 'tool_denied', tool('anything')],
    ['rules: {network: {allowed_domains: [good.com]}}', text('https://evil.com'), 'domain_denied', text('https://good.com/x')],
    ['rules: {network: {enabled: true, allowed_domains: ["*.good.com"]}}', text('https://good.com'), 'domain_denied', text('https://www.good.com')],
    ['rules: {network: {denied_domains: [evil.com], deny_all_other: false}}', text('https://www.evil.com'), 'domain_denied', text('https://any.com')],
    ['rules: {network: {allowed_domains: ["*"], denied_domains: [evil.com]}}', text('https://evil.com'), 'domain_denied', text('https://any.com')],
    ['rules: {network_policy: {allowed_domains: [GOOD.com]}}', text('https://evil.com'), 'domain_denied', text('https://good.COM')],
    ['rules: {content_rules: {}}', text('rm -rf /'), 'content_violation', text('remove the file')],
    ['rules: {content_rules: {enabled: true, block_patterns: []}}', text('rm -rf /'), 'content_violation', text('x')],
    ['rules: {content_rules: {block_patterns: [sql_injection]}}', text("x' OR '1'='1"), 'content_violation', text('rm -rf /')],
    ['rules: {content_rules: {block_patterns: [{name: path_traversal, description: "d", action: block}]}}', text('../../etc/passwd'), 'content_violation', text('rm -rf /')],
    ['rules: {content_rules: {block_patterns: [{name: code_execution}]}}', text('eval("1")'), 'content_violation', text('evaluate')],
    ['rules: {content_rules: {block_patterns: [{name: mine, pattern: "proj-\\\\d+"}]}}', text('PROJ-7'), 'content_violation', text('proj')],
    ['rules: {sensitivity_labels: {default_clearance: internal, fallback: block, fields: {ssn: high}}}', { args: { ssn: '1' } }, 'sensitivity_violation', { args: { name: 'x' } }],
    ['rules: {max_output_size_bytes: 5}', { gives: '123456' }, 'output_size', { gives: '12345' }],
    ['rules: {post_call: {max_output_size_bytes: 5}}', { gives: '123456' }, 'output_size', { gives: '12345' }],
    ['tools: {allowed: [ls]}', tool('rm'), 'tool_not_allowed', tool('ls')],
    ['tools: {denied: [rm]}', tool('rm'), 'tool_denied', tool('ls')],
    ['denied_tools: [rm]', tool('rm'), 'tool_denied', tool('ls')],
    ['network: {allowed_domains: [good.com]}', text('https://evil.com'), 'domain_denied', text('https://good.com')],
    ['max_output_size_bytes: 5', { gives: '123456' }, 'output_size', { gives: '1' }],
    ['context: {tenant: acme}', { tenant: 'evil' }, 'condition_violation', { tenant: 'acme' }],
    ['rules: &r {denied_tools: [rm]}', tool('rm'), 'tool_denied', tool('ls')],
  ])('%s', async (yaml, bad, type, good) => {
    const container = parsed(yaml);

    expect((await run(container, bad)).error).toMatchObject({ violationType: type });
    expect((await run(container, good)).error).toBeUndefined();
  });

  it('an empty list of allowed tools allows none', async () => {
    expect((await run(parsed('rules: {allowed_tools: []}'), tool('any'))).error).toMatchObject({ code: 'TOOL_NOT_ALLOWED' });
  });

  it.each([
    'rules: {network: {enabled: false}}',
    'rules: {content_rules: {enabled: false, block_patterns: [shell_injection]}}',
    'rules: {rate_limits: {enabled: false, global: {max_calls: 1}, per_tool: {t: {max_calls: 1}}}}',
    'rules: {sandbox: {enabled: false}}',
    'rules: {sandbox: {strategy: none, max_memory_mb: ~, max_cpu_seconds: ~, allowed_env_vars: ~, working_directory: ~}}',
    'rules: {sensitivity_labels: {enabled: false, default_label: restricted}}',
    'rules: {pii_redaction: {enabled: false}}',
    'rules: {resource_limits: {max_call_duration_seconds: ~, max_memory_mb: ~, max_cost_usd: ~}, max_output_size_bytes: ~, rate_limits: {global: ~}}',
  ])('%s is off', async (yaml) => {
    const container = parsed(yaml);
    const attempt = { args: { text: 'rm -rf / https://evil.com a@corp.io' } };

    expect((await run(container, attempt)).given).toEqual(attempt.args);
    expect((await run(container, attempt)).error).toBeUndefined();
  });

  it.each([
    'rules: {rate_limits: {per_tool: {T: {max_calls: 2, window_seconds: 60}}}}',
    'rules: {rate_limits: {enabled: true, per_tool: {t: {max_calls: 2}}}}',
    'rules: {rate_limits: {global: {max_calls: 2, window_seconds: 60}}}',
    'rules: {rate_limits: {global_limit: {max_calls: 2, window_seconds: 60}}}',
    'rate_limits: {global: {max_calls: 2}}',
  ])('D-02: %s lets two calls a minute through', async (yaml) => {
    const container = parsed(yaml);

    expect([(await run(container, {})).ran, (await run(container, {})).ran]).toEqual([true, true]);
    expect((await run(container, {})).error).toMatchObject({ code: 'RATE_LIMIT' });
    container.get<FakeClock>(Clock).advance(60_001);
    expect((await run(container, {})).ran).toBe(true);
  });

  it.each([
    ['per_tool: {t: {}}', 100],
    ['global: {}', 1_000],
  ])('%s has the default of the reference', async (yaml, calls) => {
    const container = parsed(`rules: {rate_limits: {${yaml}}}`);
    for (let i = 0; i < calls; i += 1) expect((await run(container, {})).ran).toBe(true);

    expect((await run(container, {})).error).toMatchObject({ code: 'RATE_LIMIT' });
  });

  it.each([
    ['pii_redaction: {}', '<EMAIL> <SSN>'],
    ['pii: {}', '<EMAIL> <SSN>'],
    ['pii_config: {}', '<EMAIL> <SSN>'],
    ['pii_redaction: {enabled: true, categories: [ssn]}', 'ann@corp.io <SSN>'],
    ['pii_redaction: {strategy: regex}', '<EMAIL> <SSN>'],
    ['pii_redaction: {strategy: ner, ner_threshold: 0.9}', '<EMAIL> <SSN>'],
    ['pii_redaction: {strategy: mask}', '****@****.*** ***-**-****'],
    ['pii_redaction: {strategy: remove}', ' '],
    ['pii_redaction: {categories: [email, ssn, person_name], ner_fallback_to_regex: true}', '<EMAIL> <SSN>'],
  ])('%s cleans arguments and results', async (rule, cleaned) => {
    const dirty = 'ann@corp.io 123-45-6789';
    const { given, got } = await run(parsed(`rules: {${rule}}`), { args: { text: dirty }, gives: dirty });

    expect(given).toEqual({ text: cleaned });
    expect(got).toBe(cleaned);
  });

  it('pii_redaction: {strategy: hash} writes what tells values apart and not what they are', async () => {
    const { given } = await run(parsed('rules: {pii_redaction: {strategy: hash}}'), { args: { a: 'ann@corp.io', b: 'ann@corp.io', c: 'bob@corp.io' } });
    const { a, b, c } = given as Readonly<Record<string, string>>;

    expect(a).toMatch(/^\[HMAC:[0-9a-f]+\]$/);
    expect(a).toBe(b);
    expect(a).not.toBe(c);
  });

  it.each(['rules: {pii_redaction: {}, redact_output: false}', 'rules: {pii_redaction: {}, post_call: {redact_output: false}}', 'pii: {}\npost_call: {redact_output: false}'])(
    '%s leaves results alone, and cleans arguments',
    async (yaml) => {
      expect(await run(parsed(yaml), { args: { text: 'ann@corp.io' }, gives: 'ann@corp.io' })).toMatchObject({ given: { text: '<EMAIL>' }, got: 'ann@corp.io' });
    },
  );

  it('pii_redaction: a category that nobody can find, with ner_fallback_to_regex: false, blocks', async () => {
    expect((await run(parsed('rules: {pii_redaction: {categories: [person_name], ner_fallback_to_regex: false}}'), text('x'))).error).toMatchObject({ code: 'REDACTION' });
  });

  it.each(['resource_limits', 'resources'])('%s: {max_cost_usd}: what was spent is held against it', async (key) => {
    const container = parsed(`rules: {${key}: {max_cost_usd: 1.00}}`);
    const spend = async (): Promise<unknown> => new Enforcer(undefined, { container }).run(async () => { recordCost(0.6); }, { tool: 't', args: [] }).catch((error: unknown) => error);

    expect([await spend(), await spend()]).toEqual([undefined, undefined]);
    expect(await spend()).toMatchObject({ code: 'COST_LIMIT' });
  });

  it('resource_limits: {max_call_duration_seconds} ends a call', async () => {
    const container = createContainer({ policy: Policy.parse('name: p\nrules: {resource_limits: {max_call_duration_seconds: 0.02}}'), environment: {} });
    container.rebind(Auditor).toConstantValue(new MemoryAuditor());

    await expect(new Enforcer(undefined, { container }).run(() => new Promise(() => undefined), { tool: 't', args: [] })).rejects.toMatchObject({ violationType: 'resource_limit' });
  });

  it('D-31: resource_limits: {max_memory_mb} is loaded and warned of, and refused by a container that would run tools inside the process', async () => {
    const yaml = 'rules: {resource_limits: {max_memory_mb: 256}}';
    expect(Policy.parse(`name: p\n${yaml}`).warnings).toEqual([expect.objectContaining({ path: 'rules.resource_limits.max_memory_mb' })]);

    expect(() => createContainer({ policy: Policy.parse(`name: p\n${yaml}`), environment: {} })).toThrow(/max_memory_mb: tools that run inside the process cannot be held to it/);
    const watched = Policy.parse(`name: p\n${yaml.replace('}}', '}, sandbox: {strategy: worker}}')}`);
    expect(watched.warnings).toEqual([]);
    expect(() => createContainer({ policy: watched, environment: {} })).not.toThrow();
  });

  it('sandbox: is refused where nothing offers it, and handed to an executor that does', async () => {
    const yaml = 'rules: {sandbox: {strategy: subprocess, max_memory_mb: 64, max_cpu_seconds: 2, allowed_env_vars: [PATH], working_directory: /tmp}}';
    const container = parsed(yaml);
    const inline = new InlineExecutor(container.get(Clock));
    container.rebind(Executor).toConstantValue(inline);
    expect((await run(container, {})).error).toMatchObject({ code: 'SANDBOX' });
    container.rebind(Executor).toConstantValue({ levels: ['process'], execute: inline.execute.bind(inline), step: inline.step.bind(inline) });

    expect((await run(container, {})).ran).toBe(true);
    expect(Policy.parse(`name: p\n${yaml}`).sandbox).toMatchObject({ level: 'process', maxMemoryMb: 64, maxCpuMs: 2_000, allowedEnvVars: ['PATH'], workingDirectory: '/tmp' });
  });

  it('D-73: labels have their other words, and unlabelled arguments a level', async () => {
    const container = parsed('rules: {sensitivity_labels: {default_clearance: medium, default_label: low, fields: {a: critical, b: low, c: medium}}}');

    expect((await run(container, { args: { a: 'x', b: 'x', c: 'x', d: 'x' } })).given).toEqual({ a: '<RESTRICTED>', b: 'x', c: 'x', d: 'x' });
    expect((await run(parsed('rules: {sensitivity_labels: {enforce: false, fields: {a: critical}}}'), { args: { a: 'x' } })).given).toEqual({ a: 'x' });
  });

  it.each(['log', 'redact', 'block'])('on_violation: %s', async (action) => {
    const container = parsed(`on_violation: ${action}\nrules: {denied_tools: [rm], content_rules: {block_patterns: [{name: x, pattern: xyzzy}]}}`);

    expect((await run(container, tool('rm'))).ran).toBe(action === 'log');
    expect((await run(container, text('xyzzy'))).given).toEqual({ block: undefined, log: { text: 'xyzzy' }, redact: { text: '<X>' } }[action]);
  });
});

describe('documents as the reference shows them', () => {
  const architecture = `name: "default-agent-policy"
version: "1.0"

rules:
  allowed_tools:
    - "web_search"
    - "read_file"
    - "calculator"

  denied_tools:
    - "execute_shell"
    - "send_email"

  pii_redaction:
    enabled: true
    categories:
      - email
      - phone
      - ssn
      - credit_card
      - ip_address
      - person_name

  resource_limits:
    max_call_duration_seconds: 30
    max_memory_mb: 256
    max_cost_usd: 1.00

  network:
    allowed_domains:
      - "api.openai.com"
      - "*.wikipedia.org"
    deny_all_other: true

  post_call:
    max_output_size_bytes: 1048576  # 1MB
    redact_output: true

on_violation: "block"  # block | log | redact
`;

  it('the policy of the architecture page is held, rule by rule', async () => {
    // Its limit of memory is one that nothing inside the process could hold (D-31), so all of it is refused; the rest is held.
    expect(() => containerOf(Policy.parse(architecture))).toThrow(/max_memory_mb/);
    const container = containerOf(Policy.parse(architecture.replace('    max_memory_mb: 256\n', '')));
    const search = (value: string, gives: unknown = 'fine'): Promise<Ended> => run(container, { tool: 'web_search', args: { q: value }, gives });

    expect((await search('weather at https://en.wikipedia.org/wiki')).got).toBe('fine');
    expect((await run(container, tool('execute_shell'))).error).toMatchObject({ code: 'TOOL_DENIED' });
    expect((await run(container, tool('delete_all'))).error).toMatchObject({ code: 'TOOL_NOT_ALLOWED' });
    expect((await search('http://evil.com')).error).toMatchObject({ violationType: 'domain_denied' });
    expect((await search('mail ann@corp.io')).given).toEqual({ q: 'mail <EMAIL>' });
    expect((await search('x', 'ann@corp.io')).got).toBe('<EMAIL>');
    expect((await search('x', 'x'.repeat(1_048_577))).error).toMatchObject({ code: 'OUTPUT_SIZE' });
    expect(Policy.parse(architecture).maxCostMicros).toBe(1_000_000);
  });

  it('a child with tools.allowed and context over its parent', async () => {
    const folder = tempFolder();
    mkdirSync(join(folder, 'agents'));
    writeFileSync(join(folder, 'team_dev.yaml'), 'name: team-dev\nrules:\n  denied_tools: [deploy_production]\n  content_rules: {enabled: true}\n');
    writeFileSync(join(folder, 'agent_deployer.yaml'), 'extends: team_dev.yaml\ntools:\n  allowed: [search, calculate, deploy_service]\ncontext:\n  environment: [staging]\n');
    const at = (environment: string): EnforceContainer => containerOf(join(folder, 'agent_deployer.yaml'), { environment });

    expect((await run(at('staging'), tool('deploy_service'))).ran).toBe(true);
    expect((await run(at('staging'), tool('other'))).error).toMatchObject({ code: 'TOOL_NOT_ALLOWED' });
    expect((await run(at('staging'), tool('deploy_production'))).error).toMatchObject({ code: 'TOOL_DENIED' });
    expect((await run(at('staging'), { tool: 'search', args: { q: 'rm -rf /' } })).error).toMatchObject({ violationType: 'content_violation' });
    expect((await run(at('production'), tool('search'))).error).toMatchObject({ violationType: 'condition_violation' });
  });

  it('anchors, aliases and merge keys', async () => {
    const container = parsed(`rules:
  rate_limits:
    per_tool:
      a: &limit {max_calls: 1, window_seconds: 60}
      b: *limit
      c: {<<: *limit, max_calls: 2}
  tools:
    a: &block {args: {n: {max: 3}}}
    b: {<<: *block, on_violation: block}
`);

    for (const [name, calls] of [['a', 1], ['b', 1], ['c', 2]] as const) {
      for (let i = 0; i < calls; i += 1) expect((await run(container, tool(name))).ran).toBe(true);
      expect((await run(container, tool(name))).error).toMatchObject({ code: 'RATE_LIMIT' });
    }
    expect((await run(container, { tool: 'b', args: { n: 4 } })).error).toMatchObject({ violationType: 'argument_violation' });
  });
});

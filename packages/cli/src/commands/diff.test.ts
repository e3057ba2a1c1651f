import { afterAll, describe, expect, it } from '@jest/globals';
import { badPolicy, Folder } from '../files.test.kit.js';
import { runCli, type Ran } from '../io.test.kit.js';

const folder = new Folder();
afterAll(() => {
  folder.remove();
});

let files = 0;

function policy(text: string): string {
  files += 1;
  return folder.file(`p${String(files)}.yaml`, text.startsWith('name') ? text : `name: x\nrules:\n${text}`);
}

function diff(before: string, after: string, ...flags: readonly string[]): Promise<Ran> {
  return runCli(['diff', policy(before), policy(after), ...flags]);
}

interface Told {
  readonly effect: string;
  readonly path: string;
  readonly what: string;
}

/** `effect path: what` of every change of the documents. */
async function changes(before: string, after: string): Promise<readonly string[]> {
  const { json } = await diff(before, after, '--json');
  return (json.changes as readonly Told[]).map(({ effect, path, what }) => `${effect} ${path}: ${what}`); // as the command prints them
}

async function tools(before: string, after: string): Promise<readonly string[]> {
  const { json } = await diff(before, after, '--json');
  return json.tools.map(({ tool, effect, before: was, after: is }: { tool: string; effect: string; before: { standing: string }; after: { standing: string } }) => `${effect} ${tool}: ${was.standing} ${is.standing}`);
}

describe('diff', () => {
  it('finds nothing between a policy and itself', async () => {
    const file = policy('  allowed_tools: ["a*"]\n  tools: { a: { when: args.n > 1 } }\n');

    const { code, out } = await runCli(['diff', file, file]);

    expect(code).toBe(0);
    expect(out).toContain('The policies allow the same.');
  });

  it('says the looser things first, with both positions', async () => {
    const { code, out } = await diff('  allowed_tools: [a]\n', '  allowed_tools: [b]\n');

    expect(code).toBe(1);
    expect(out).toMatch(/LOOSER[^]*b {2}blocked -> allowed\n +old {2}no entry of rules\.allowed_tools allows it {2}\S+:3:18\n +new {2}allowed by "b" {2}\S+:3:19\n[^]*TIGHTER[^]*a {2}allowed -> blocked/);
    expect(out).toContain('\n1 looser, 0 different, 1 tighter\n');
  });

  it('exits with 0 when nothing becomes looser', async () => {
    const { code, out } = await diff('  allowed_tools: [a, b]\n', '  allowed_tools: [a]\n');

    expect(code).toBe(0);
    expect(out).not.toContain('LOOSER');
  });

  it.each([
    ['a denial that is gone', '  denied_tools: ["delete_*"]\n', '  denied_tools: []\n', ['looser delete_*: blocked allowed']],
    ['a list that is gone', '  allowed_tools: [a]\n', '  redact_output: true\n', ['looser any other tool: blocked allowed']],
    ['a list that is new', '  redact_output: true\n', '  allowed_tools: [a]\n', ['tighter any other tool: allowed blocked']],
    ['an entry that says nothing new', '  allowed_tools: ["a*"]\n', '  allowed_tools: ["a*", ab]\n', []],
    ['a spelling', '  allowed_tools: [Send_Mail]\n', '  allowed_tools: [send_mail]\n', []],
    ['what two patterns share', '  allowed_tools: ["search_*"]\n  denied_tools: ["*_secret", "*_key"]\n', '  allowed_tools: ["search_*"]\n  denied_tools: ["*_key"]\n', ['looser *_secret that is also search_*: blocked allowed']],
    ['violations that are only logged', '  allowed_tools: [a]\n', 'name: x\non_violation: log\nrules:\n  allowed_tools: [a]\n', ['looser any other tool: blocked logged']],
    ['a policy that only watches', '  allowed_tools: [a]\n', 'name: x\nmode: monitor\nrules:\n  allowed_tools: [a]\n', ['looser any other tool: blocked logged']],
    ['odd names', '  allowed_tools: [__proto__]\n', '  allowed_tools: [constructor]\n', ['tighter __proto__: allowed blocked', 'looser constructor: blocked allowed']],
  ])('compares tools by what the lists come to: %s', async (_, before, after, expected) => {
    expect(await tools(before, after)).toEqual(expected);
  });

  const args = (rules: string): string => `  tools: { a: { args: { b: ${rules} } } }\n`;
  const b = 'rules.tools.a.args.b';

  it.each([
    ['  max_output_size_bytes: 5\n', '  max_output_size_bytes: 9\n', ['looser rules.max_output_size_bytes: 5 became 9']],
    ['  max_output_size_bytes: 5\n', '  max_output_size_bytes: null\n', ['looser rules.max_output_size_bytes: 5 became none']],
    ['  redact_output: true\n', '  max_output_size_bytes: 9\n', ['tighter rules.max_output_size_bytes: none became 9']],
    ['  resource_limits: { max_call_duration_seconds: 3, max_cost_usd: 1 }\n', '  resource_limits: { max_call_duration_seconds: 2 }\n', ['tighter rules.resource_limits.max_call_duration_seconds: 3 became 2', 'looser rules.resource_limits.max_cost_usd: 1 became none']],
    ['  pii_redaction: {}\n', '  redact_output: true\n', ['looser rules.pii_redaction: is gone']],
    ['  pii_redaction: {}\n', '  pii_redaction: { enabled: false }\n', ['looser rules.pii_redaction: is off now']],
    ['  pii_redaction: {}\n', '  pii_redaction: { categories: [email, iban], secrets: false }\n', [
      'looser rules.pii_redaction.categories: no longer lists "phone", "ssn", "credit_card", "ip_address"', 'tighter rules.pii_redaction.categories: now lists "iban"', 'looser rules.pii_redaction.secrets: true became false',
    ]],
    ['  pii_redaction: {}\n  redact_output: true\n', '  pii_redaction: {}\n  redact_output: false\n', ['looser rules.redact_output: true became false']],
    ['  pii_redaction: { strategy: mask }\n', '  pii_redaction: { strategy: hash }\n', ['different rules.pii_redaction.strategy: "mask" became "hash"']],
    ['  network: { allowed_domains: [a.com] }\n', '  network: { allowed_domains: [a.com, b.com] }\n', ['looser rules.network.allowed_domains: now lists "b.com"']],
    ['  network: { allowed_domains: ["*.a.com"] }\n', '  network: { allowed_domains: ["*.a.com", x.a.com] }\n', []],
    ['  network: { denied_domains: [a.com] }\n', '  network: { denied_domains: [b.com] }\n', ['looser rules.network.denied_domains: no longer lists "a.com"', 'tighter rules.network.denied_domains: now lists "b.com"']],
    ['  content_rules: {}\n', '  content_rules: { block_patterns: [sql_injection, shell_injection, path_traversal] }\n', ['looser rules.content_rules.block_patterns[3]: the rule "code_execution" is gone']],
    ['  content_rules: { block_patterns: [{ name: a, pattern: x }] }\n', '  content_rules: { block_patterns: [{ name: a, pattern: y, action: log }] }\n', ['different rules.content_rules.block_patterns[0].pattern: "x" became "y"', 'looser rules.content_rules.block_patterns[0].action: "block" became "log"']],
    ['  conditions: [{ name: a, when: args.n > 1 }]\n', '  conditions: [{ when: args.n > 1 }]\n', ['looser rules.conditions[0]: the rule "a" is gone', 'tighter rules.conditions[0]: the rule {"when":"args.n > 1"} is new']],
    ['  context: { tenant: [a, b] }\n', '  context: { tenant: [a], agent: [c] }\n', ['tighter rules.context.tenant: no longer lists "b"', 'tighter rules.context.agent: only "c" now, before anything']],
    ['  sensitivity_labels: { clearances: { a: public } }\n', '  sensitivity_labels: { clearances: { b: public }, fields: { ssn: high } }\n', [
      'tighter rules.sensitivity_labels.fields.ssn: "public" became "confidential"', 'looser rules.tools["a"]: the clearance "public" became "internal"', 'tighter rules.tools["b"]: the clearance "internal" became "public"',
    ]],
    ['  rate_limits: { per_tool: { "a*": { max_calls: 5 } } }\n', '  rate_limits: { per_tool: { "a*": { max_calls: 5 }, ab: { max_calls: 50 } } }\n', ['looser rules.rate_limits.per_tool["ab"]: 5 calls in 60 s became 50 calls in 60 s']],
    ['  rate_limits: { per_tool: { a: {} }, global: {} }\n', '  rate_limits: { enabled: false }\n', ['looser rules.rate_limits.global: is gone', 'looser rules.rate_limits.per_tool["a"]: 100 calls in 60 s became no rate']],
    ['  rate_limits: { per_tool: { a: { max_calls: 5, window_seconds: 10 } } }\n', '  rate_limits: { per_tool: { a: { max_calls: 6, window_seconds: 20 } } }\n', ['different rules.rate_limits.per_tool["a"]: 5 calls in 10 s became 6 calls in 20 s']],
    [args('{ max: 5, min: 1, type: number }'), args('{ max: 4, min: 0 }'), [`looser ${b}.type: anything now, before only "number"`, `looser ${b}.min: 1 became 0`, `tighter ${b}.max: 5 became 4`]],
    [args('{ pattern: x }'), args('{ pattern: y, required: true }'), [`tighter ${b}.required: false became true`, `different ${b}.pattern: "x" became "y"`]],
    [args('{ pattern: x }'), args('{ max_length: 9 }'), [`tighter ${b}.max_length: none became 9`, `looser ${b}.pattern: "x" became none`]],
    [args('{ max_length: 9 }'), args('{ sink: url, url: { allow_private: true } }'), [`looser ${b}.max_length: 9 became none`, `tighter ${b}.sink: none became "url"`]],
    [args('{ sink: url }'), args('{ sink: url, url: { allow_private: true, schemes: [https, http] } }'), [`looser ${b}.url.schemes: now lists "http"`, `looser ${b}.url.allow_private: false became true`]],
    [args('{ sink: shell, shell: { programs: { allowed: [ls] } } }'), args('{ sink: shell }'), [`looser ${b}.shell.programs: is gone`]],
    [args('{ sink: code, code: { language: python } }'), args('{ sink: code, code: { language: python, imports: { allowed: [os] } } }'), [`looser ${b}.code.imports: is new`]],
    [args('{ max: 5, action: log }'), 'name: x\non_violation: log\nrules:\n  tools: { a: { args: { b: { max: 5 } } } }\n', ['looser on_violation: "block" became "log"']],
    ['  tools: { a: { extra_args: deny, args: { b: { max: 5 } } } }\n', '  tools: {}\n', [`looser ${b}.max: 5 became none`, 'looser rules.tools.a.extra_args: "deny" became "allow"']],
    ['  tools: { a: { when: args.n > 1 } }\n', '  tools: { a: { when: args.n > 2 } }\n', ['different rules.tools.a.when: "args.n > 1" became "args.n > 2"']],
    ['  sensitivity_labels: { clearances: { "a*": restricted, ab: confidential } }\n', '  sensitivity_labels: { clearances: { "a*": restricted } }\n', ['looser rules.tools["ab"]: the clearance "confidential" became "restricted"']],
    ['  tools: { a: { extra_args: deny, args: { b: { max: 5 } } } }\n', '  tools: { a: { extra_args: deny, args: { b: { max: 5 }, c.d: { required: true } } } }\n', ['tighter rules.tools.a.args["c.d"].required: false became true', 'looser rules.tools["a"]: extra_args: deny lets "c" pass now']],
    ['  tools: { "a*": { extra_args: deny, args: { b: { max: 5 } } } }\n', '  tools: { "a*": { extra_args: deny, args: { b: { max: 5 } } }, ab: { args: { c: { max: 5 } } } }\n', ['tighter rules.tools.ab.args.c.max: none became 5', 'looser rules.tools["ab"]: extra_args: deny lets "c" pass now']],
    [args('{ sink: url }'), args('{ sink: url, url: { ports: [22] } }'), [`different ${b}.url.ports: the default became 22`]],
    ['  tools: { a: { clearance: public } }\n', '  tools: { a: { clearance: restricted } }\n', []],
  ])('compares %j with %j', async (before, after, expected) => {
    expect(await changes(before, after)).toEqual(expected);
  });

  it('counts what cannot be weighed as what may be looser', async () => {
    const { code, out } = await diff('  tools: { a: { when: args.n > 1 } }\n', '  tools: { a: { when: args.n > 2 } }\n');

    expect(code).toBe(1);
    expect(out).toContain('DIFFERENT: looser or tighter, which cannot be told\n');
  });

  it('is fast with ten thousand tools', async () => {
    const names = (from: number): string => Array.from({ length: 10_000 }, (_, i) => `    - tool_${String(from + i)}\n`).join('');
    const startedAt = performance.now();

    const { code, out } = await diff(`  allowed_tools:\n${names(0)}`, `  allowed_tools:\n${names(5)}`);

    expect(performance.now() - startedAt).toBeLessThan(4000);
    expect(code).toBe(1);
    expect(out).toContain('5 looser, 0 different, 5 tighter');
  });

  it('fails closed where there are too many patterns to compare', async () => {
    const patterns = Array.from({ length: 9000 }, (_, i) => `    - "*x${String(i)}*"\n`).join('');

    const { code, out } = await diff(`  allowed_tools:\n${patterns}`, `  allowed_tools:\n${patterns}    - b\n`);

    expect(code).toBe(1);
    expect(out).toContain('too many patterns that begin and end alike');
  });

  it('lets no word of a policy steer the terminal', async () => {
    const evil = '"\\u001b[2J]\\u202e\\u009b"';
    const { code, out } = await diff('  content_rules: { block_patterns: [] }\n', `  content_rules: { block_patterns: [{ pattern: ${evil} }] }\n`);

    expect(code).toBe(1);
    expect(out).toContain('u001b[2J]\\u202e\\x9b');
    expect(out).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
  });

  it('refuses what cannot be read', async () => {
    const good = policy('  allowed_tools: [a]\n');

    const bad = await runCli(['diff', good, policy(badPolicy)]);
    const missing = await runCli(['diff', folder.at('none.yaml'), good]);
    const trail = await runCli(['diff', good, good, '--trail', folder.at('none.jsonl')]);
    const usage = await runCli(['diff', good]);

    expect([bad.code, missing.code, trail.code, usage.code]).toEqual([2, 2, 2, 2]);
  });
});

describe('diff --trail', () => {
  const trail = folder.trail('trail.jsonl', [
    ...Array.from({ length: 3 }, () => ({ tool_name: 'search' })),
    { tool_name: 'send_mail', agent: 'ann' },
    { tool_name: 'send_mail', agent: 'bob' },
    { tool_name: 'delete_all', decision: 'blocked' as const, outcome: 'blocked' as const },
  ]);

  it('counts and lists the recorded calls that would be decided otherwise', async () => {
    const { code, out } = await diff('  allowed_tools: [search, send_mail]\n', '  allowed_tools: [send_mail, delete_all]\n', '--trail', trail);

    expect(code).toBe(1);
    expect(out).toContain('In the trail  6 calls: 1 would become allowed, 3 blocked\n');
    expect(out).toContain('  blocked  3 calls of search: no entry of rules.allowed_tools allows it\n  allowed  1 call of delete_all: no longer refused: no entry');
  });

  it('finds a change that no call met harmless', async () => {
    const { code, json } = await diff('  allowed_tools: [search, send_mail, other]\n', '  allowed_tools: [search, send_mail]\n', '--trail', trail, '--json');

    expect(code).toBe(0);
    expect(json.trail).toEqual({ calls: 6, becomeBlocked: 0, becomeAllowed: 0, undecidable: 0, groups: [] });
  });

  it('decides by agent, tenant and session where only those are asked for', async () => {
    const before = '  allowed_tools: [search, send_mail]\n';

    const byContext = await diff(before, `${before}  context: { agent: [ann] }\n`, '--trail', trail, '--json');
    const byCondition = await diff(before, `${before}  conditions: [{ tools: [send_mail], when: agent == "ann" }]\n`, '--trail', trail, '--json');

    expect(byContext.json.trail).toMatchObject({ becomeBlocked: 4, becomeAllowed: 0 });
    expect(byCondition.json.trail).toMatchObject({ becomeBlocked: 1, groups: [{ tool: 'send_mail', becomes: 'blocked', calls: 1 }] });
  });

  it('says of how many calls it cannot know, for want of arguments', async () => {
    const before = '  allowed_tools: [search, send_mail]\n';
    const { code, out } = await diff(before, `${before}  tools: { search: { args: { q: { required: true } } } }\n`, '--trail', trail);

    expect(code).toBe(0);
    expect(out).toContain('5 calls not decidable: rules on arguments changed, and a trail holds no arguments');
  });

  it('lets no entry steer the terminal, nor a name that is none stop it', async () => {
    const hostile = folder.trail('hostile.jsonl', [{ tool_name: '\x1b[2J\u202e' }, { tool_name: '__proto__' }, { tool_name: 'a'.repeat(3000) }]);

    const { code, out } = await diff('  allowed_tools: [a]\n', '  denied_tools: [b]\n', '--trail', hostile);

    expect(code).toBe(1);
    expect(out).toContain('1 call of __proto__');
    expect(out).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
  });
});

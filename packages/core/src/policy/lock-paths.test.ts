import { describe, expect, it } from '@jest/globals';
import type { PolicyIssue } from '../errors.js';
import { readLocks, type LockTree } from './lock-paths.js';
import { readObject } from './object-document.js';
import { shapeDocument } from './policy-shape-walk.js';

const rules = {
  tools: { pay: { args: { to: {}, 'to.name': {} } }, 'mail.send': {}, mail: {}, 'send_*': {} },
  rate_limits: { per_tool: { Pay: {} } },
  sensitivity_labels: { clearances: { 'a.b': 'low' }, fields: { x: 'low' } },
  context: { tenant: ['a'] },
};

/** What every lock brings along. */
const always = ['mode', 'on_violation'];

/** The paths that are locked as a whole besides the ones that always are, and what is wrong. */
function read(...locked: readonly unknown[]): { readonly paths: readonly string[]; readonly issues: readonly PolicyIssue[] } {
  const issues: PolicyIssue[] = [];
  const document = shapeDocument(readObject({ name: 'p', rules, locked }), issues);
  const tree = readLocks(document, document, issues);
  const paths = tree === undefined ? [] : wholes(tree, []);
  if (paths.length > 0) expect(paths).toEqual(expect.arrayContaining(always));
  return { paths: paths.filter((path) => locked.includes(path) || !always.includes(path)), issues };
}

function wholes(tree: LockTree, path: readonly string[]): string[] {
  return [...(tree.whole ? [path.join('/')] : []), ...[...tree.below].flatMap(([name, below]) => wholes(below, [...path, name]))];
}

describe('paths in locked', () => {
  it.each([
    [true, ''],
    ['mode', 'mode'],
    [' rules.network ', 'rules/network'],
    ['rules.pii', 'rules/pii_redaction'],
    ['rules.rate_limits.global_limit.max_calls', 'rules/rate_limits/global/max_calls'],
    ['network.denied_domains', 'rules/network/denied_domains'],
    ['tools.denied', 'rules/denied_tools'],
    ['rules.post_call.redact_output', 'rules/redact_output'],
    ['rules.tools.pay', 'rules/tools/pay'],
    ['rules.tools.PAY.args', 'rules/tools/pay/args'],
    ['rules.tools.pay.args.to.max', 'rules/tools/pay/args/to/max'],
    ['rules.tools.pay.args.to.name', 'rules/tools/pay/args/to.name'],
    ['rules.tools.mail.send', 'rules/tools/mail.send'],
    ['rules.tools.mail.send.when', 'rules/tools/mail.send/when'],
    ['rules.tools.mail.when', 'rules/tools/mail/when'],
    ['rules.tools.send_*', 'rules/tools/send_*'],
    ['rules.rate_limits.per_tool.pay.max_calls', 'rules/rate_limits/per_tool/pay/max_calls'],
    ['rules.sensitivity_labels.clearances.a.b', 'rules/sensitivity_labels/clearances/a.b'],
    ['rules.context.tenant', 'rules/context/tenant'],
    ['rules.conditions', 'rules/conditions'],
  ])('%j locks %s', (path, home) => {
    expect(read(path)).toEqual({ paths: [home], issues: [] });
  });

  it('lock all homes of a block that only stands for others', () => {
    expect(read('tools', 'rules.post_call').paths).toEqual(['rules/allowed_tools', 'rules/denied_tools', 'rules/max_output_size_bytes', 'rules/redact_output']);
  });

  it.each([
    ['rules.netwrok', 'rules.network'],
    ['on_violaton', 'on_violation'],
    ['netwrok', 'network'],
    ['rules.tools.pya', 'rules.tools.pay'],
    ['rules.tools.pay.wehn', 'rules.tools.pay.when'],
    ['rules.post_call.redact_ouput', 'rules.post_call.redact_output'],
  ])('refuses %s and names the nearest key', (path, nearest) => {
    const { paths, issues } = read(path);

    expect(paths).toEqual([]);
    expect(issues).toEqual([expect.objectContaining({ path: 'locked[0]', message: `"${path}" is no key that can be locked`, nearest })]);
  });

  it.each([
    ['zebra', '"zebra" is no key that can be locked', 'the path of a key, such as rules.network'],
    ['', '"" is no key that can be locked', 'the path of a key, such as rules.network'],
    ['__proto__', '"__proto__" is no key that can be locked', 'the path of a key, such as rules.network'],
    ['rules.constructor', '"rules.constructor" is no key that can be locked', 'the path of a key, such as rules.network'],
    ['rules.tools.__proto__', '"rules.tools.__proto__" is no key that can be locked', 'an entry that the table has'],
    ['rules.conditions.mine', 'there are no keys in "rules.conditions"', 'rules.conditions, which is locked as a whole'],
    ['mode.x', 'there are no keys in "mode"', 'mode, which is locked as a whole'],
    ['rules.tools.pay.', '"rules.tools.pay." is no key that can be locked', undefined],
    ['rules.context.tenant.x', '"rules.context.tenant.x" is no key that can be locked', undefined],
    ['a.'.repeat(5_000_000), 'a path of 10000000 characters is no key', 'the path of a key, such as rules.network'],
  ])('refuses %.40s', (path, message, expected) => {
    expect(read(path).issues).toEqual([expect.objectContaining({ message, ...(expected === undefined ? {} : { expected }) })]);
  });

  it('leaves what is no path to the check of values', () => {
    expect(read(7, null, false).issues).toEqual([]);
  });

  it('takes bounded time for a hundred thousand wrong paths', () => {
    const started = performance.now();
    read(...Array.from({ length: 90_000 }, (_, index) => `rules.tools.${'x.'.repeat(20)}${String(index)}`));

    expect(performance.now() - started).toBeLessThan(20_000);
  });
});

describe('any lock', () => {
  it('locks mode and on_violation as well, since a rule that is only logged holds nobody', () => {
    const issues: PolicyIssue[] = [];
    const document = shapeDocument(readObject({ name: 'p', rules: { network: {} }, locked: ['rules.network'] }), issues);

    expect(wholes(readLocks(document, document, issues) ?? { place: document.place, whole: false, below: new Map() }, []).sort()).toEqual(['mode', 'on_violation', 'rules/network']);
  });
});

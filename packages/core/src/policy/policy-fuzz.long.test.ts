import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EnforceCoreError } from '../errors.js';
import { Policy } from './policy.js';

const words = [
  'name', 'version', 'extends', 'on_violation', 'rules', 'allowed_tools', 'denied_tools', 'pii_redaction', 'pii', 'enabled', 'categories',
  'strategy', 'secrets', 'redact_output', 'resource_limits', 'resources', 'max_call_duration_seconds', 'max_cost_usd', 'max_memory_mb',
  'rate_limits', 'per_tool', 'global', 'global_limit', 'max_calls', 'window_seconds', 'max_output_size_bytes', 'post_call', 'network',
  '__proto__', 'constructor', 'toString', 'then', 'hasOwnProperty', 'email', 'placeholder', 'block', 'search', 'send_*',
];
const word = fc.constantFrom(...words);
const key = fc.oneof(word, fc.string());
const scalar = fc.oneof(word, fc.string({ unit: 'binary' }), fc.double(), fc.integer({ min: 0, max: 99 }), fc.boolean(), fc.constant(null));

const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    scalar,
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.array(fc.tuple(key, tie('tree')), { maxLength: 6 }).map((entries) => Object.fromEntries(entries)),
  ),
}));

/** Close to a policy, so that the checks behind the first one are reached as well. */
const nearly = fc.record(
  {
    name: fc.oneof(fc.constant('p'), tree),
    version: fc.oneof(fc.constant('1.0'), tree),
    on_violation: fc.oneof(fc.constantFrom('block', 'log'), tree),
    rules: fc.oneof(
      fc.record(
        {
          allowed_tools: fc.oneof(fc.array(key), tree),
          denied_tools: fc.oneof(fc.array(key), tree),
          pii_redaction: tree,
          resource_limits: fc.record({ max_cost_usd: scalar, max_call_duration_seconds: scalar }, { requiredKeys: [] }),
          rate_limits: fc.record({ enabled: fc.boolean(), per_tool: fc.dictionary(key, tree), global: tree }, { requiredKeys: [] }),
          post_call: tree,
        },
        { requiredKeys: [] },
      ),
      tree,
    ),
  },
  { requiredKeys: [] },
);

function loadsOrRefuses(load: () => Policy): void {
  try {
    const policy = load();
    policy.judgeTool('search');
    policy.rateFor('search');
  } catch (error) {
    if (EnforceCoreError.is(error)) return;
    throw error;
  }
}

const marks = [
  ': ', '\n', '  ', '- ', '[', ']', '{', '}', ', ', '? ', '! ', '!!map ', '!!str ', '&a ', '*a', '|\n', '>-\n', '"', "'", '#',
  '---\n', '...\n', '%YAML 1.2\n', '\t', '<<', '\r', '\0',
];

describe('any document at all', () => {
  it('is a policy or a typed error, as an object', () => {
    fc.assert(
      fc.property(fc.oneof(tree, nearly), (document) => {
        loadsOrRefuses(() => Policy.from(document));
      }),
      { numRuns: 150 },
    );
  });

  it('is a policy or a typed error, with values that are no data', () => {
    const anything = fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true, withNullPrototype: true, withSparseArray: true });
    fc.assert(
      fc.property(anything, (value) => {
        loadsOrRefuses(() => Policy.from(value));
        loadsOrRefuses(() => Policy.from({ name: 'p', rules: value }));
      }),
      { numRuns: 150 },
    );
  });

  it('is a policy or a typed error, as YAML', () => {
    fc.assert(
      fc.property(fc.oneof(tree, nearly), (document) => {
        loadsOrRefuses(() => Policy.parse(JSON.stringify(document)));
      }),
      { numRuns: 150 },
    );
  });

  it('is a policy or a typed error, as text that is hardly YAML', () => {
    const piece = fc.oneof(word, fc.constantFrom(...marks), fc.string({ maxLength: 3 }));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        loadsOrRefuses(() => Policy.parse(pieces.join('')));
      }),
      { numRuns: 150 },
    );
  });

  it('gives its document back as a document that loads to the same policy', () => {
    const valid = nearly.filter((document) => {
      try {
        return Policy.from(document) instanceof Policy;
      } catch {
        return false;
      }
    });
    fc.assert(
      fc.property(valid, (document) => {
        const policy = Policy.from(document);

        expect(Policy.from(policy.toJSON())).toEqual(policy);
        expect(Policy.parse(JSON.stringify(policy)).digest).toBe(policy.digest);
      }),
      { numRuns: 25 },
    );
  }, 60_000);

  it('is dealt with in bounded time when it is a hostile text of 256 KiB', () => {
    const size = 256 * 1024;
    const attacks = [
      `name: p\n${'a'.repeat(size)}: 1`,
      '['.repeat(size),
      '{a: '.repeat(size / 4),
      'a: 1\n'.repeat(size / 5),
      `name: p\nrules: {denied_tools: [${'a*'.repeat(size / 4)}]}`,
      `name: p\nrules: {denied_tools: [${'m,'.repeat(size / 2 - 30)}]}`,
      `name: p\nrules: {denied_tools: [${Array.from({ length: 24_000 }, (_, i) => `m*${String(i)}`).join(',')}]}`,
      `[${'a: b,'.repeat(size / 5)}]`,
      `name: "${'\\u0041'.repeat(size / 6)}"`,
      Array.from({ length: 24_000 }, (_, i) => `k${String(i)}: 1\n`).join(''),
    ];
    for (const attack of attacks) {
      const started = performance.now();
      loadsOrRefuses(() => Policy.parse(attack));

      expect(performance.now() - started).toBeLessThan(20_000);
    }
  }, 60_000);
});

// Which file may import which. Run by dependency-cruiser: npm run check -- dependencies

const tests = String.raw`\.test(?:\.kit)?\.ts$|^packages/[^/]+/test/`;
const ours = '^packages/';

/** `from` may import, of the packages of this repository, itself and `others`. */
const onlyOurs = (from, others) => ({
  name: `${from}-imports-only-${others.join('-and-') || 'itself'}`,
  comment: 'Arrows between packages point one way: cli, then gateway, then redis, adapters and nestjs, then core, then audit and redact.',
  severity: 'error',
  from: { path: `^packages/${from}/` },
  to: { path: '^(?:packages|samples|benchmarks)/', pathNot: [from, ...others].map((name) => `^packages/${name}/`) },
});

export default {
  forbidden: [
    onlyOurs('audit', []),
    onlyOurs('redact', []),
    onlyOurs('core', ['audit', 'redact']),
    onlyOurs('cli', ['audit', 'redact', 'core', 'redis', 'gateway', 'eslint-plugin']),
    onlyOurs('redis', ['core']),
    onlyOurs('adapters', ['core']),
    onlyOurs('nestjs', ['core']),
    onlyOurs('gateway', ['core']),
    onlyOurs('eslint-plugin', []),
    {
      name: 'packages-meet-at-their-doors',
      comment: 'Another package is imported by its name, never by a path into its sources.',
      severity: 'error',
      from: { path: '^(?:packages/([^/]+)|samples|benchmarks)/' },
      to: { path: '^packages/[^/]+/', pathNot: ['^packages/$1/', '^packages/[^/]+/(?:src|dist)/(?:(?:testing|tools|find|quickjs|cedar|langchain|langgraph|ai-sdk|openai-agents|mastra|mcp|node|proof|witness|store/sqlite|store/postgres)/)?index\\.', '^packages/redact/(?:src|dist)/(?:custom/patterns|ner/compromise|ner/presidio)\\.', '^packages/audit/src/store/postgres/server\\.test\\.kit\\.ts$'] },
    },
    {
      name: 'no-cycles',
      comment: 'Two files that need each other are one file, or miss a third. Types alone may refer to each other.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'inversify-only-where-parts-are-chosen',
      comment: 'Services are plain classes; only modules, the house and the container know Inversify. Its types may be used.',
      severity: 'error',
      from: { path: '^packages/core/', pathNot: [tests, String.raw`\.module\.ts$`, String.raw`/house\.ts$`, '/src/container/'] },
      to: { path: 'node_modules/inversify/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'redact-runs-in-a-browser',
      comment: 'What redacts text needs nothing of Node; what does is behind a door of its own.',
      severity: 'error',
      from: { path: '^packages/redact/', pathNot: [tests, '^packages/redact/src/node/', '^packages/redact/src/vault/(?:encrypted-file-vault|vault-)'] },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'declared-dependencies-only',
      comment: 'What is published imports only what its own package.json declares under dependencies, or as an optional peer.',
      severity: 'error',
      from: { path: ours, pathNot: tests },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['npm-peer'] },
    },
    {
      name: 'tests-are-not-imported',
      comment: 'Sources never import a test; fakes and laws belong to core/testing, which only tests import.',
      severity: 'error',
      from: { path: ours, pathNot: [tests, '^packages/core/src/testing/'] },
      to: { path: [tests, '^packages/core/src/testing/'] },
    },
    {
      name: 'imports-lead-somewhere',
      comment: 'The file or package is missing.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(?:^|/)dist/|/test/fixtures/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@enforcecore/source', 'types', 'import', 'node', 'default'],
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.d.ts', '.json'],
    },
  },
};

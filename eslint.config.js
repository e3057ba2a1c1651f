import js from '@eslint/js';
import tseslint from 'typescript-eslint';

const shipped = ['packages/*/src/**/*.ts'];
const tests = ['packages/*/src/**/*.test.ts', 'packages/*/test/**/*.ts', 'packages/core/src/testing/**/*.ts'];
const untyped = ['*.ts', '**/*.{js,mjs,cjs}'];

const says = (selector, message) => ({ selector, message });

const everywhere = [
  says('ExportDefaultDeclaration', 'Export it by name: names survive renames and searches.'),
  says('TSEnumDeclaration', 'Use a union of strings.'),
  says('TSModuleDeclaration[kind="namespace"]', 'Use a module.'),
  says('CallExpression[callee.object.name="jest"][callee.property.name=/mock$|mockModule$/i]', 'Hand in a fake: services take their parts in the constructor.'),
];
// A package with a top-level await cannot be loaded with require().
const inPackages = [
  says('AwaitExpression:not(:function AwaitExpression)', 'No top-level await in a package.'),
  says('ForOfStatement[await=true]:not(:function ForOfStatement)', 'No top-level await in a package.'),
  says('VariableDeclaration[kind="await using"]:not(:function VariableDeclaration)', 'No top-level await in a package.'),
];

export default tseslint.config(
  { ignores: ['**/dist/', '**/coverage/', '**/node_modules/', '**/test/fixtures/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      'no-restricted-syntax': ['error', ...everywhere],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_$', caughtErrors: 'all' }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // Brackets mark a key that somebody else chose.
      '@typescript-eslint/dot-notation': ['error', { allowIndexSignaturePropertyAccess: true }],
      // Text is read by code point on purpose, and control characters are what hostile text is made of.
      '@typescript-eslint/no-misused-spread': ['error', { allow: [{ from: 'lib', name: 'string' }] }],
      'no-control-regex': 'off',
      // A module of Nest is its decorator.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      // It would put `!` where the style wants `as` and a comment that says why.
      '@typescript-eslint/non-nullable-type-assertion-style': 'off',
      // Slow, and about things that are not here: enums are refused above, and a part is what has its shape.
      '@typescript-eslint/no-unsafe-enum-assignment': 'off',
      '@typescript-eslint/no-unsafe-enum-comparison': 'off',
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
    },
  },
  {
    files: shipped,
    rules: { 'no-restricted-syntax': ['error', ...everywhere, ...inPackages], 'max-lines': ['error', 400], 'max-depth': ['error', 3] },
  },
  {
    // The command talks to a terminal; the libraries talk to a Logger.
    files: ['packages/{audit,redact,core}/src/**/*.ts'],
    ignores: tests,
    rules: { 'no-console': 'error' },
  },
  {
    // Tests hand in what types forbid, and fakes that do nothing. Promises are still awaited.
    files: tests,
    rules: {
      'no-restricted-syntax': ['error', ...everywhere],
      'max-lines': 'off',
      'max-depth': 'off',
      '@typescript-eslint/no-base-to-string': 'off',
      '@typescript-eslint/only-throw-error': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-empty-function': 'off',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    // Configuration and scripts belong to no TypeScript project.
    files: untyped,
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: { globals: { console: 'readonly', process: 'readonly', performance: 'readonly', setInterval: 'readonly', setTimeout: 'readonly', URL: 'readonly' } },
  },
  { files: ['*.config.js', '*.config.ts', '.ci/dependencies.mjs'], rules: { 'no-restricted-syntax': 'off' } },
);

import { describe, expect, it } from '@jest/globals';
import * as parser from '@typescript-eslint/parser';
import { Linter } from 'eslint';
import * as plugin from './index.js';

const source = `import { tool, generateText } from 'ai';
export const a = tool({ execute() {} });
generateText({ tools: { b: tool({ execute() {} }) } });
class C { @T({}) bare() {} }
import { Tool as T } from '@enforcecore/core/tools';`;

function lint(text: string, ...configs: readonly Linter.Config[]): readonly string[] {
  const files = { files: ['**/*.ts'], languageOptions: { parser: parser as Linter.Parser } };
  return new Linter().verify(text, [files, ...configs], 'a.ts').map(({ ruleId, line, severity }) => `${String(ruleId)} ${String(line)} ${String(severity)}`);
}

describe('the rule enforcecore/enforced-tools', () => {
  it('reports with the recommended config', () => {
    expect(lint(source, plugin.configs.recommended)).toEqual(['enforcecore/enforced-tools 2 2', 'enforcecore/enforced-tools 3 2', 'enforcecore/enforced-tools 4 2']);
  });

  it('reports only what is certain, where told to', () => {
    const config: Linter.Config = { plugins: { enforcecore: { rules: plugin.rules } }, rules: { 'enforcecore/enforced-tools': ['warn', { certainty: 'certain' }] } };

    expect(lint(source, config)).toEqual(['enforcecore/enforced-tools 3 1', 'enforcecore/enforced-tools 4 1']);
  });

  it('reads JavaScript by the default parser', () => {
    const messages = new Linter().verify("import { tool, generateText } from 'ai'; generateText({ tools: [tool({ execute() {} })] });", [plugin.configs.recommended]);

    expect(messages).toMatchObject([{ ruleId: 'enforcecore/enforced-tools', line: 1, message: expect.stringContaining('enforceTools or enforcedSettings of @enforcecore/adapters/ai-sdk') }]);
  });

  it('can be silenced where somebody says why', () => {
    const text = "import { tool, generateText } from 'ai';\n// eslint-disable-next-line enforcecore/enforced-tools -- a test of the bare tool\ngenerateText({ tools: [tool({ execute() {} })] });";

    expect(lint(text, plugin.configs.recommended)).toEqual([]);
  });
});

import { afterAll, describe, expect, it } from '@jest/globals';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Folder } from '../files.test.kit.js';
import { runCli } from '../io.test.kit.js';

const folder = new Folder();
afterAll(() => {
  folder.remove();
});

const bare = "import { tool, generateText } from 'ai';\ngenerateText({ tools: { a: tool({ execute() {} }) } });\n";
const exported = "import { tool } from 'ai';\nexport const a = tool({ execute() {} });\n";
const enforced = "import { tool, generateText } from 'ai';\nimport { enforceTools } from '@enforcecore/adapters/ai-sdk';\ngenerateText({ tools: enforceTools({ a: tool({ execute() {} }) }) });\n";

let projects = 0;

/** A folder of sources, by their paths. */
function project(files: Readonly<Record<string, string>>): string {
  projects += 1;
  const top = folder.at(`project-${String(projects)}`);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(top, path, '..'), { recursive: true });
    writeFileSync(join(top, path), text);
  }
  return top;
}

describe('lint-tools', () => {
  it('finds nothing where every tool is enforced, and says at how many files it looked', async () => {
    const { code, out } = await runCli(['lint-tools', project({ 'a.ts': enforced, 'b/c.mjs': 'export const x = 1;' })]);

    expect(code).toBe(0);
    expect(out).toBe('2 files looked at: 0 certain, 0 possible\n');
  });

  it('tells where a tool is that a framework gets, what is wrong and what to do', async () => {
    const top = project({ 'src/a.ts': bare });

    const { code, out } = await runCli(['lint-tools', top]);

    expect(code).toBe(1);
    expect(out).toContain(`${join(top, 'src/a.ts')}:2:28`);
    expect(out).toContain('this tool of "ai" is used without being enforced');
    expect(out).toContain('@enforcecore/adapters/ai-sdk');
    expect(out).toMatch(/1 file looked at: 1 certain, 0 possible\n$/);
  });

  it('takes what is only possible for a finding with --strict', async () => {
    const top = project({ 'a.tsx': exported });

    expect((await runCli(['lint-tools', top])).code).toBe(0);
    expect((await runCli(['lint-tools', top, '--strict'])).code).toBe(1);
  });

  it('leaves out what is installed, built or declared, unless it is named', async () => {
    const top = project({ 'node_modules/x/a.js': bare, 'dist/a.js': bare, '.cache/a.js': bare, 'a.d.ts': 'export {};', 'a.txt': bare });

    const folder = await runCli(['lint-tools', top, '--json']);
    const named = await runCli(['lint-tools', join(top, 'dist/a.js'), '--json']);

    // A path that is written wrongly must not pass for a project without findings.
    expect(folder).toMatchObject({ code: 2 });
    expect(folder.err).toContain('no TypeScript or JavaScript file');
    expect(named.json).toMatchObject({ ok: false, filesLookedAt: 1, certain: 1 });
  });

  it('prints JSON', async () => {
    const top = project({ 'a.ts': bare, 'b.ts': exported });

    const { json } = await runCli(['lint-tools', top, '--json']);

    expect(json).toMatchObject({
      ok: false,
      filesLookedAt: 2,
      certain: 1,
      possible: 1,
      files: [
        { file: join(top, 'a.ts'), findings: [{ kind: 'tool', certainty: 'certain', line: 2, column: 28 }] },
        { file: join(top, 'b.ts'), findings: [{ certainty: 'possible', line: 2 }] },
      ],
    });
  });

  it('writes SARIF to a file, and beside it its report', async () => {
    const top = project({ 'a.ts': bare });
    const file = join(top, 'out.sarif');

    const { out } = await runCli(['lint-tools', top, '--sarif', file]);
    const log = JSON.parse(readFileSync(file, 'utf8')) as { readonly runs: readonly { readonly results: readonly unknown[] }[] }; // as the command writes it

    expect(log.runs[0]?.results).toMatchObject([{ ruleId: 'enforced-tools', level: 'error', locations: [{ physicalLocation: { region: { startLine: 2, startColumn: 28 } } }] }]);
    expect(out).toContain('1 certain');
  });

  it('says what it cannot read, looks at the others, and exits with 2', async () => {
    const top = project({ 'a.ts': 'const = ;', 'b.ts': bare });

    const { code, out, err } = await runCli(['lint-tools', top]);

    expect(code).toBe(2);
    expect(err).toContain(`${join(top, 'a.ts')}:1 is no TypeScript or JavaScript`);
    expect(out).toContain('1 file looked at: 1 certain');
  });

  it('refuses a path that is not there', async () => {
    const { code, err } = await runCli(['lint-tools', folder.at('nowhere')]);

    expect(code).toBe(2);
    expect(err).toContain('there is no such file');
  });
});

import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';

/** Makes a process in which no package of LangChain can be found, as where none is installed. */
const refusing = `
import { register } from 'node:module';
const hooks = 'export async function resolve(name, context, next) {' +
  ' if (/^(@langchain\\\\/|langchain$)/.test(name)) throw Object.assign(new Error("Cannot find package \\'" + name.split("/").slice(0, name[0] === "@" ? 2 : 1).join("/") + "\\' imported from here"), { code: "ERR_MODULE_NOT_FOUND" });' +
  ' return next(name, context); }';
register('data:text/javascript,' + encodeURIComponent(hooks));
`;

function inBareProcess(code: string): unknown {
  const url = (source: string): string => `data:text/javascript,${encodeURIComponent(source)}`;
  const out = execFileSync(process.execPath, ['--import', url(refusing), '--input-type=module', '--eval', code], { cwd: process.cwd(), encoding: 'utf8' });
  return JSON.parse(out);
}

const dist = JSON.stringify(new URL('../../dist/', import.meta.url).href);

describe('without LangChain', () => {
  it('importing the doors works, and using them says what to install', () => {
    const answers = inBareProcess(`
      const langchain = await import(${dist} + 'langchain/index.js');
      const langgraph = await import(${dist} + 'langgraph/index.js');
      const tell = (error) => [error.code, error.message];
      console.log(JSON.stringify([
        Object.keys(langgraph).length > 0,
        await langchain.enforcedTools([]).then(() => 'made', tell),
        await langchain.enforceMiddleware().then(() => 'made', tell),
        await langchain.enforcedTool(undefined, function find() {}, { description: 'd', schema: { type: 'object' } }).then(() => 'made', tell),
        new langchain.EnforceCoreCallbackHandler().name,
      ]));
    `);

    const door = '@enforcecore/adapters/langchain';
    expect(answers).toEqual([
      true,
      ['PACKAGE_MISSING', `${door} needs the package "@langchain/core", which is not installed; run npm install @langchain/core`],
      ['PACKAGE_MISSING', `${door} needs the package "langchain", which is not installed; run npm install langchain`],
      ['PACKAGE_MISSING', `${door} needs the package "@langchain/core", which is not installed; run npm install @langchain/core`],
      'EnforceCoreCallbackHandler',
    ]);
  });
});

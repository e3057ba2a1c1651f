import type { Command } from 'commander';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { CommonFlags, Session } from '../session.js';
import { complete } from './define.js';

export function addSchema(program: Command, session: Session): void {
  const command = program
    .command('schema')
    .summary('print the JSON Schema of policy files')
    .description('Prints the JSON Schema (draft 7) of policy files, by which editors complete and check them.')
    .option('--json', 'the same: the schema is JSON')
    .action((flags: CommonFlags) => session.run('schema', flags, () => session.print(schemaText())));
  complete(command, {
    notes: ['Editors find it by the first line of a policy: # yaml-language-server: $schema=./node_modules/@enforcecore/core/policy.schema.json'],
    examples: ['enforcecore schema > policy.schema.json'],
    exits: ['done', 'never', 'asked wrongly'],
  });
}

function schemaText(): string {
  return readFileSync(createRequire(import.meta.url).resolve('@enforcecore/core/policy.schema.json'), 'utf8');
}

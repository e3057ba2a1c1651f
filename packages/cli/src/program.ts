import { Command } from 'commander';
import { addAudit } from './commands/audit.js';
import { addDiff } from './commands/diff.js';
import { addDryRun } from './commands/dry-run.js';
import { addExplain } from './commands/explain.js';
import { addGateway } from './commands/gateway.js';
import { addInfo } from './commands/info.js';
import { addInit } from './commands/init.js';
import { addInspect } from './commands/inspect.js';
import { addKill } from './commands/kill.js';
import { addLint } from './commands/lint.js';
import { addLintTools } from './commands/lint-tools.js';
import { addPlugin } from './commands/plugin.js';
import { addRedact } from './commands/redact.js';
import { addReveal } from './commands/reveal.js';
import { addScan } from './commands/scan.js';
import { addSchema } from './commands/schema.js';
import { addTestPolicy } from './commands/test-policy.js';
import { addValidate } from './commands/validate.js';
import { addVerify } from './commands/verify.js';
import { plainLines } from './render/plain-text.js';
import type { Session } from './session.js';
import { ownVersion } from './version.js';

const after = `
Every command takes --json, and --help with its examples.

Examples:
  $ enforcecore validate policies/*.yaml
  $ enforcecore test policy.yaml policy.cases.yaml
  $ enforcecore dry-run policy.yaml --tool send_email --args '{"to":"a@example.com"}'
  $ enforcecore verify audit_logs/trail.jsonl
  $ tail -f app.log | enforcecore redact

Exit codes:
  0  done, and nothing to report
  1  something was found, was refused, or does not hold
  2  asked wrongly, or given what cannot be used`;

/** The whole command line. A failure to parse throws, after saying why. */
export function buildProgram(session: Session): Command {
  const program = new Command('enforcecore');
  program
    .description('Enforcement for the tool calls of AI agents: try policies, check trails, find and hide what is personal or secret.')
    .version(ownVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        session.later(session.io.stdout, text);
      },
      writeErr: (text) => {
        session.later(session.io.stderr, text);
      },
      outputError: (text, write) => {
        write(usageError(session, text));
      },
      getOutHelpWidth: () => session.io.stdout.columns ?? 80,
      getErrHelpWidth: () => session.io.stderr.columns ?? 80,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .addHelpText('after', after);
  for (const add of [addInfo, addInit, addValidate, addLint, addLintTools, addDiff, addTestPolicy, addExplain, addDryRun, addVerify, addAudit, addInspect, addScan, addRedact, addReveal, addKill, addPlugin, addGateway, addSchema]) add(program, session);
  return program;
}

/** The parser quotes what it was given, which may be anything. */
function usageError(session: Session, text: string): string {
  const [first = '', ...rest] = plainLines(text.trimEnd()).split('\n');
  const message = [first.replace(/^error: /, ''), ...rest].join(' ');
  return `${session.paintError('red', 'enforcecore:')} ${message}\n`;
}

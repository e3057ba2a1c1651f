import { parseArgs } from 'node:util';
import { extendedRows, standardRows } from './catalogue.js';
import type { Plan } from './harness.js';
import type { Row } from './row.js';

/** What was asked for on the command line. */
export interface Choice {
  readonly help: boolean;
  readonly json: boolean;
  readonly extended: boolean;
  readonly standard: readonly Row[];
  readonly further: readonly Row[];
  readonly plan: Plan;
}

const thorough: Plan = { warmups: 3, rounds: 10, samples: 3_000, sliceMs: 200 };
const quick: Plan = { warmups: 2, rounds: 3, samples: 1_000, sliceMs: 40 };

export const usage = `usage: npm run bench -- [options]

  --extended          measure parts and other ways to call as well
  --only NAME[,NAME]  measure these rows only; may name extended ones
  --quick             a smoke test of a few seconds; its figures mean little
  --json              print one JSON document and nothing else
  --help              print this

rows:     ${namesOf(standardRows)}
extended: ${namesOf(extendedRows)}
`;

/** The command line could not be understood. */
export class UsageError extends Error {}

/** @throws UsageError that says what was not understood. */
export function readArguments(args: readonly string[]): Choice {
  const values = parsed(args);
  const only = values.only?.flatMap((list) => list.split(',')).map((name) => name.trim());
  const known = new Set([...standardRows, ...extendedRows].map(({ name }) => name));
  const unknown = only?.find((name) => !known.has(name));
  if (unknown !== undefined) throw new UsageError(`no row is called "${unknown}"; --help lists them`);
  return {
    help: values.help,
    json: values.json,
    extended: values.extended,
    standard: standardRows.filter(({ name }) => only?.includes(name) ?? true),
    further: extendedRows.filter(({ name }) => only?.includes(name) ?? values.extended),
    plan: values.quick ? quick : thorough,
  };
}

function parsed(args: readonly string[]): { json: boolean; quick: boolean; extended: boolean; help: boolean; only?: string[] } {
  const off = { type: 'boolean', default: false } as const;
  try {
    const options = { json: off, quick: off, extended: off, help: off, only: { type: 'string', multiple: true } } as const;
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : 'arguments not understood', { cause: error });
  }
}

function namesOf(rows: readonly Row[]): string {
  return rows.map(({ name }) => name).join(', ');
}

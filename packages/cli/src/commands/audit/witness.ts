import type { Command } from 'commander';
import type { Session } from '../../session.js';
import { addWitnessPolicy } from './witness-policy.js';
import { addWitnessServe } from './witness-serve.js';

const after = `
Examples:
  $ enforcecore audit witness serve --key-file witness.key --log audit.pub --dir witness/
  $ enforcecore audit witness policy witnesses.txt`;

/** A witness of other people's logs, and policies that say which witnesses are enough. */
export function addWitness(group: Command, session: Session): void {
  const witness = group
    .command('witness')
    .summary('run a witness, or check a policy of witnesses')
    .description('Runs a witness of logs, or checks and explains a policy that says which witnesses are enough.')
    .helpCommand('help [command]', 'print the help of a command')
    .addHelpText('after', after);
  addWitnessServe(witness, session);
  addWitnessPolicy(witness, session);
}

import { InvalidArgumentError } from 'commander';
import { writeFileSync } from 'node:fs';
import { CliError, systemReason } from '../errors.js';

/** In front of the files, the option would take the first policy for the file to write. */
export function sarifFile(path: string): string {
  if (/\.(?:sarif|json)$/i.test(path)) return path;
  throw new InvalidArgumentError('Expected the name of a file that ends in .sarif or .json; without one, the option goes behind the policies.');
}

/** @throws CliError `INPUT` for a file that cannot be written. */
export function writeSarif(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (error) {
    throw new CliError('INPUT', `cannot write ${path}: ${systemReason(error)}`, { cause: error });
  }
}

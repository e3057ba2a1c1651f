import { lstatSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CliError, systemCode, systemReason } from '../errors.js';

export interface NewFile {
  readonly name: string;
  readonly text: string;
}

/** Those of the files that are there already, links that lead nowhere included. */
export function existing(folder: string, files: readonly NewFile[]): readonly string[] {
  return files.map(({ name }) => join(folder, name)).filter(isThere);
}

function isThere(path: string): boolean {
  try {
    lstatSync(path);
    return true;
  } catch {
    // Whatever the reason is, writing never replaces, and tells it.
    return false;
  }
}

/** Writes all files. What is replaced is removed first, so that a link is replaced and not followed. */
export function writeFiles(folder: string, files: readonly NewFile[], replace: boolean): readonly string[] {
  let path = folder;
  try {
    mkdirSync(folder, { recursive: true });
    return files.map(({ name, text }) => {
      path = join(folder, name);
      if (replace) rmSync(path, { force: true });
      writeFileSync(path, text, { flag: 'wx' });
      return path;
    });
  } catch (error) {
    const reason = systemCode(error) === 'EEXIST' ? 'something is in its place' : systemReason(error);
    throw new CliError('INPUT', `cannot write ${path}: ${reason}`, { cause: error });
  }
}

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { TrailError } from '../errors.js';

interface Command {
  readonly file: string;
  readonly args: readonly string[];
}

/** Fixed absolute paths: what stands first on PATH must not decide who protects the trail. */
function commandFor(platform: NodeJS.Platform): Command | null {
  switch (platform) {
    case 'linux': {
      const file = ['/usr/bin/chattr', '/bin/chattr'].find((candidate) => existsSync(candidate));
      return file === undefined ? null : { file, args: ['+a', '--'] };
    }
    case 'darwin':
      return { file: '/usr/bin/chflags', args: ['uappend'] };
    default:
      return null;
  }
}

/** Makes the file append-only in the file system; throws if that cannot be had, since it was asked for. */
export function protectAppendOnly(path: string, platform: NodeJS.Platform = process.platform): void {
  const command = commandFor(platform);
  if (command === null) {
    throw new TrailError('IMMUTABLE', path, `cannot make ${path} append-only: this system offers no command for it: open without immutable`);
  }
  try {
    execFileSync(command.file, [...command.args, path], { stdio: 'ignore', env: {}, timeout: 10_000 });
  } catch (error) {
    throw new TrailError('IMMUTABLE', path, `cannot make ${path} append-only: ${command.file} failed: give the right to or open without immutable`, {
      cause: error,
    });
  }
}

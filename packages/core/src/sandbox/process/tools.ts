import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { runOutside } from '../../call.js';

/** Programs that limit other programs; each was tried. */
export interface Tools {
  readonly prlimit: string | undefined;
  /** With its options: ends the child with its parent, and lets it gain no rights. */
  readonly setpriv: readonly string[] | undefined;
  readonly shell: string | undefined;
}

const usual = ['/usr/bin', '/bin', '/usr/sbin', '/sbin', '/usr/local/bin'];

/** The system's own folders come first: the search path may lead through folders that others can write. */
export function findTool(name: string, searchPath: string = process.env['PATH'] ?? ''): string | undefined {
  const folders = [...usual, ...searchPath.split(delimiter).filter((folder) => isAbsolute(folder))];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

/** Which of them are here and do what is asked of them. */
export async function tryTools(): Promise<Tools> {
  if (process.platform === 'win32') return { prlimit: undefined, setpriv: undefined, shell: undefined };
  const [prlimit, setpriv] = await Promise.all([triedPrlimit(), triedSetpriv()]);
  return { prlimit, setpriv, shell: findTool('sh') };
}

/** Ends with the command, and holds none of its files meanwhile: a line that is cut must show. */
const waiter = '"$@" & exec 3<&- >&- 2>&-; wait $!; exit $?';

/**
 * What puts a command in a PID namespace of its own, from where no signal reaches anybody else: as root, or else in a user
 * namespace. `undefined` where neither was let. The command is the child of what is started.
 */
export async function triedApart({ setpriv, shell }: Tools): Promise<readonly string[] | undefined> {
  const unshare = process.platform === 'linux' ? findTool('unshare') : undefined;
  if (unshare === undefined || shell === undefined || setpriv === undefined) return undefined;
  const withParent = setpriv.slice(0, 3);
  // The last where root itself has no rights, and so cannot be mapped.
  for (const user of [[], ['--user', '--map-current-user'], ['--user']]) {
    const command = [unshare, ...user, '--pid', '--', ...withParent, '--', shell, '-c', waiter, 'sh'];
    if ((await outputOf([...command, ...setpriv, '--', shell, '-c', 'echo $$'])) === '1') return command;
  }
  return undefined;
}

async function triedPrlimit(): Promise<string | undefined> {
  const path = findTool('prlimit');
  if (path === undefined) return undefined;
  return (await succeeds([path, '--core=0:0', '--', path, '--version'])) ? path : undefined;
}

/** Without rights, a child of root cannot raise its limits again, nor read what belongs to others. */
async function triedSetpriv(): Promise<readonly string[] | undefined> {
  const path = findTool('setpriv');
  if (path === undefined) return undefined;
  const basic = [path, '--pdeathsig', 'KILL', '--no-new-privs'];
  for (const command of [[...basic, '--bounding-set=-all', '--inh-caps=-all'], basic]) {
    if (await succeeds([...command, '--', path, '--version'])) return command;
  }
  return undefined;
}

/** Whether a command ends well, of itself and soon. */
export async function succeeds(command: readonly string[]): Promise<boolean> {
  return (await outputOf(command)) !== undefined;
}

/** What a short command writes; `undefined` when it fails. */
export function outputOf([program = '', ...args]: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = runOutside(() => spawn(program, args, { env: {}, stdio: ['ignore', 'pipe', 'ignore'], timeout: 5_000, killSignal: 'SIGKILL' }));
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      if (text.length < 10_000) text += part;
    });
    child.on('error', () => resolve(undefined));
    child.on('close', (code) => resolve(code === 0 ? text.trim() : undefined));
  });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

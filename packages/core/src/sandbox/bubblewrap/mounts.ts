import { existsSync, lstatSync, readlinkSync, realpathSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import type { LaunchSpec } from '../launcher.js';
import { ownCode, packageFolder } from '../process/own-code.js';
import { SandboxError } from '../sandbox-errors.js';

/** Where the socket of the proxy is, inside. */
export const proxyMount = '/run/enforcecore';

/** The private `/tmp`, in bytes: it lies in memory. */
const temporaryBytes = 64 * 1024 ** 2;

/** Last of all: what is left lies in memory, and has no size. */
export const sealed = ['--remount-ro', '/dev', '--remount-ro', '/'];

/** Folders that are not the sandbox's to show: devices and other processes. */
const closed = ['/proc', '/sys', '/dev'];

/** What the sandbox sees of the file system, as options of bubblewrap. Everything else does not exist there. */
export function mountsOf({ rules, codePaths }: Pick<LaunchSpec, 'rules' | 'codePaths'>, proxyFolder: string | undefined): readonly string[] {
  const { workingDirectory: folder } = rules;
  return [
    ...baseMounts(),
    ...(folder === undefined ? [] : ['--dir', folder]),
    ...grants(rules.readPaths, rules.writePaths, codePaths),
    ...(proxyFolder === undefined ? [] : ['--ro-bind', proxyFolder, proxyMount]),
    ...sealed,
    '--chdir',
    folder ?? '/tmp',
  ];
}

/** The system's programs and libraries, Node's own folder, and an `/etc` of ours without anybody's names. */
export function baseMounts(): readonly string[] {
  const node = dirname(dirname(realpathSync(process.execPath)));
  return [
    ...['--ro-bind', '/usr', '/usr'],
    ...['/bin', '/sbin', '/lib', '/lib32', '/lib64'].flatMap(systemFolder),
    ...(isBelow(node, '/usr') ? [] : ['--ro-bind', process.execPath, process.execPath, '--ro-bind', realpathSync(process.execPath), realpathSync(process.execPath)]),
    ...['--ro-bind', join(packageFolder, 'child', 'etc'), '/etc'],
    ...['--proc', '/proc', '--dev', '/dev'],
    ...['--size', String(temporaryBytes), '--tmpfs', '/tmp'],
  ];
}

/** A link on most systems, a folder on others. */
function systemFolder(path: string): readonly string[] {
  if (!existsSync(path)) return [];
  return lstatSync(path).isSymbolicLink() ? ['--symlink', readlinkSync(path), path] : ['--ro-bind', path, path];
}

interface Grant {
  readonly path: string;
  readonly isWritable: boolean;
}

/** Short paths first, so that a folder does not cover what is granted below it. Code before what the policy says. */
function grants(read: readonly string[], write: readonly string[], code: readonly string[]): readonly string[] {
  const granted: Grant[] = [
    ...[...ownCode(), ...code, ...read].map((path) => ({ path, isWritable: false })),
    ...write.map((path) => ({ path, isWritable: true })),
  ];
  const depth = ({ path }: Grant): number => path.split(sep).length;
  return granted.sort((a, b) => depth(a) - depth(b)).flatMap(bind);
}

function bind({ path, isWritable }: Grant): readonly string[] {
  if (path === '/' || closed.some((root) => isBelow(path, root))) {
    throw new SandboxError(`${JSON.stringify(path)} cannot be shown to a bubblewrap sandbox: it holds devices or other processes; name the folders that the tool needs`);
  }
  // One and the same path inside and outside; a link is shown as what it leads to.
  if (existsSync(path)) return [isWritable ? '--bind' : '--ro-bind', realpathSync(path), path];
  if (!isWritable) return [];
  throw new SandboxError(`${JSON.stringify(path)} is to be written by a bubblewrap sandbox and does not exist; create it first`);
}

function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

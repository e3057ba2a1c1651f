import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { TrailError } from '../errors.js';

/** What a system offers to make a file append-only. */
export interface AppendOnlySupport {
  readonly platform: NodeJS.Platform;
  /** The program that sets the attribute, by its absolute path; null where there is none. */
  readonly tool: string | null;
  readonly inContainer: boolean;
  /** Whether this process has the right, as far as can be told without trying; the file system may refuse all the same. */
  readonly isLikely: boolean;
}

interface Tools {
  readonly protect: readonly string[];
  readonly look: readonly string[];
  readonly isSet: (output: string) => boolean;
}

const TIMEOUT_MS = 10_000;
/** Bit of CAP_LINUX_IMMUTABLE in CapEff, capabilities(7). */
const CAP_LINUX_IMMUTABLE = 9n;

/** Fixed absolute paths: what stands first on PATH must not decide who protects the trail. */
function find(...candidates: string[]): string | null {
  return candidates.find((candidate) => existsSync(candidate)) ?? null;
}

function toolsFor(platform: NodeJS.Platform): Tools | null {
  if (platform === 'linux') {
    const [chattr, lsattr] = [find('/usr/bin/chattr', '/bin/chattr'), find('/usr/bin/lsattr', '/bin/lsattr')];
    if (chattr === null || lsattr === null) return null;
    return { protect: [chattr, '+a', '--'], look: [lsattr, '-d', '--'], isSet: (output) => /^\S*a\S* /.test(output) };
  }
  if (platform === 'darwin') {
    return { protect: ['/usr/bin/chflags', 'uappend'], look: ['/bin/ls', '-ldO'], isSet: (output) => /\b[us]appnd\b/.test(output) };
  }
  return null;
}

function run([file = '', ...args]: readonly string[], path: string): string {
  return execFileSync(file, [...args, path], { stdio: ['ignore', 'pipe', 'ignore'], env: {}, timeout: TIMEOUT_MS }).toString('latin1');
}

/** Makes the file append-only in the file system; throws `TrailError` IMMUTABLE if that cannot be had, since it was asked for. */
export function protectAppendOnly(path: string, platform: NodeJS.Platform = process.platform): void {
  const tools = toolsFor(platform);
  if (tools === null) {
    throw new TrailError('IMMUTABLE', path, `cannot make ${path} append-only: this system offers no command for it: open without immutable`);
  }
  try {
    run(tools.protect, path);
  } catch (error) {
    throw new TrailError('IMMUTABLE', path, `cannot make ${path} append-only: ${tools.protect[0] ?? ''} failed: give the right to or open without immutable`, {
      cause: error,
    });
  }
}

/** Whether the file system refuses anything but appends to a file; false also where that cannot be told. */
export function isAppendOnly(path: string, platform: NodeJS.Platform = process.platform): boolean {
  const tools = toolsFor(platform);
  if (tools === null) return false;
  try {
    return tools.isSet(run(tools.look, path));
  } catch {
    // Not there, or on a file system that has no such attribute.
    return false;
  }
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    // Not a Linux system, or one that hides it.
    return '';
  }
}

function mayOnLinux(): boolean {
  const found = /^CapEff:\s*([0-9a-f]+)$/m.exec(readOrEmpty('/proc/self/status'))?.[1];
  return found !== undefined && ((BigInt(`0x${found}`) >> CAP_LINUX_IMMUTABLE) & 1n) === 1n;
}

/** Tells what this system offers, before a trail is opened with `immutable`. */
export function appendOnlySupport(platform: NodeJS.Platform = process.platform): AppendOnlySupport {
  const tool = toolsFor(platform)?.protect[0] ?? null;
  const inContainer = existsSync('/.dockerenv') || existsSync('/run/.containerenv') || /docker|kubepods|containerd/.test(readOrEmpty('/proc/1/cgroup'));
  // On macOS the owner may set, and take away, the flag of his own file.
  return { platform, tool, inContainer, isLikely: tool !== null && (platform === 'darwin' || mayOnLinux()) };
}

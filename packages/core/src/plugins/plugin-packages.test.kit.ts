import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const folders: string[] = [];

export function removeFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

export interface TestPackage {
  readonly version?: string;
  readonly plugins?: unknown;
  /** Name to text. */
  readonly files?: Readonly<Record<string, string>>;
  /** Instead of a package.json made from the rest. */
  readonly manifest?: string;
}

export function newFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'enforcecore-plugins-')));
  folders.push(folder);
  return folder;
}

/** An application with packages installed as npm does, on a real disk. */
export function makeApp(packages: Readonly<Record<string, TestPackage>>, dependencies: readonly string[] = Object.keys(packages)): string {
  const root = newFolder();
  write(join(root, 'package.json'), JSON.stringify({ name: 'app', dependencies: Object.fromEntries(dependencies.map((name) => [name, '*'])) }));
  for (const [name, one] of Object.entries(packages)) writePackage(join(root, 'node_modules', name), name, one);
  return root;
}

export function writePackage(folder: string, name: string, { version = '1.2.3', plugins, files = {}, manifest }: TestPackage): void {
  write(join(folder, 'package.json'), manifest ?? JSON.stringify({ name, version, type: 'module', description: `about ${name}`, ...(plugins === undefined ? {} : { enforcecore: { plugins } }) }));
  for (const [file, text] of Object.entries(files)) write(join(folder, file), text);
}

export function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

export function entry(name: string, kind: string, more: object = {}): object {
  return { name, kind, module: './index.js', export: 'Plugin', api: '1', ...more };
}

/** A package with one guard, of this source. */
export function guardPackage(source: string, more: object = {}): TestPackage {
  return { plugins: [entry('guard', 'guard', more)], files: { 'index.js': source } };
}

export const refuser = "export class Plugin { check(call) { return call.args[0] === 'bad' ? { allowed: false, reason: 'change freeze' } : { allowed: true }; } }";

import { enforce, Executor, runInContainer } from '../src/index.js';
import { SandboxExecutor } from '../src/sandbox/sandbox-executor.js';
import { houseWith, type TestHouse } from './kit.js';

export interface SandboxHouse extends TestHouse {
  readonly executor: SandboxExecutor;
  readonly inside: <T>(body: () => T) => T;
}

const houses = new Map<string, SandboxHouse>();

/** A house with the default executor, and a way to run in it. The same rules give the same house, whose workers are warm. */
export function sandboxHouse(rules: object = {}): SandboxHouse {
  const key = JSON.stringify(rules);
  const house = houses.get(key) ?? made(rules);
  houses.set(key, house);
  house.auditor.entries.length = 0;
  return house;
}

function made(rules: object): SandboxHouse {
  const house = houseWith(rules);
  const executor = house.container.get(Executor);
  if (!(executor instanceof SandboxExecutor)) throw new TypeError('the default executor is the one with sandboxes');
  return { ...house, executor, inside: (body) => runInContainer(house.container, body) };
}

export async function closeHouses(): Promise<void> {
  for (const { container } of houses.values()) await container.close();
  houses.clear();
}

export type Tool = (...args: readonly unknown[]) => Promise<unknown>;
export type StreamTool = (...args: readonly unknown[]) => AsyncGenerator;

const folder = new URL('fixtures/sandbox/', import.meta.url);

/** The exports of a file in `fixtures/sandbox/`, which a worker loads from the same file. */
export async function fixture<T>(file: string): Promise<T> {
  return (await import(new URL(file, folder).href)) as T; // plain JavaScript, typed by whoever asks
}

/** The functions of `plain.mjs`, each enforced and moved into a worker. */
export async function movedTools<T>(): Promise<T> {
  const plain = await fixture<Record<string, Tool>>('plain.mjs');
  const module = new URL('plain.mjs', folder).href;
  const moved = Object.entries(plain).map(([name, fn]) => [name, enforce(fn, { tool: name, sandbox: { level: 'worker', module } })]);
  return Object.fromEntries(moved) as T; // as above
}

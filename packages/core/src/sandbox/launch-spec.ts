import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Walk } from '../pipeline/walk.js';
import type { LaunchSpec } from './launcher.js';
import type { SandboxLevel } from './level.js';
import type { MovedTool } from './moved-tool.js';
import { noSandboxRules, type SandboxRules } from './sandbox-rules.js';

/** The policy's, or none where only the tool's own code asks for a wall. */
export function sandboxRulesOf(walk: Walk): SandboxRules {
  return walk.policy.rulesFor(walk.tool).sandbox ?? noSandboxRules;
}

/** What a child has to be started with, to be of use for this call. */
export function specFor(walk: Walk, level: SandboxLevel, tool: MovedTool): LaunchSpec {
  const rules = sandboxRulesOf(walk);
  const known = walk.house.services.env;
  const names = (rules.allowedEnvVars ?? []).filter((name) => Object.hasOwn(known, name));
  return {
    rules: rules.level === level ? rules : { ...rules, level },
    egress: walk.egress,
    codePaths: codePathsOf(tool.module),
    onDenied: (reason) => {
      // By something outside the child, such as a proxy: a child that has one serves this call alone.
      if (!walk.recorded) walk.note([{ rule: 'rules.network', type: 'domain_denied', reason, action: 'block' }]);
    },
    env: Object.fromEntries(names.map((name) => [name, known[name] ?? ''])),
  };
}

const keys = new WeakMap<SandboxRules, string>();
/** The rules of egress hold functions, so they are told apart by which they are. */
const egressIds = new WeakMap<object, number>();
let egressCount = 0;

/** Children with the same key are as good as each other: what one call leaves in a child is there for the next of the same tenant, agent and session. */
export function keyOf(walk: Walk, tool: MovedTool): string {
  const { tenant, agent, session } = walk.who;
  const rules = sandboxRulesOf(walk);
  let key = keys.get(rules);
  if (key === undefined) {
    key = JSON.stringify(rules);
    keys.set(rules, key);
  }
  const who = tenant === undefined && agent === undefined && session === undefined ? '' : JSON.stringify([tenant, agent, session]);
  return `${tool.module}\n${String(egressId(walk.egress))}\n${who}\n${key}`;
}

function egressId(egress: object | undefined): number {
  if (egress === undefined) return 0;
  let id = egressIds.get(egress);
  if (id === undefined) {
    egressCount += 1;
    id = egressCount;
    egressIds.set(egress, id);
  }
  return id;
}

const paths = new Map<string, readonly string[]>();

/**
 * The code of the package that a module is in: the folder below the package's own that holds the module (`dist`, `src`),
 * its `package.json`, and every `node_modules` that its imports are looked for in. What else lies in the package, a `.env`
 * for one, is not the tool's: `read_paths` gives it more.
 */
export function codePathsOf(module: string): readonly string[] {
  let found = paths.get(module);
  if (found === undefined) {
    found = lookedFor(module);
    paths.set(module, found);
  }
  return found;
}

function lookedFor(module: string): readonly string[] {
  let file: string;
  try {
    file = realpathSync(fileURLToPath(module));
  } catch {
    return []; // the child says what is wrong with it
  }
  const ancestors: string[] = [];
  for (let at = dirname(file); ; at = dirname(at)) {
    ancestors.push(at);
    if (dirname(at) === at) break;
  }
  return [...ownCode(file, ancestors), ...ancestors.map((folder) => join(folder, 'node_modules')).filter((folder) => existsSync(folder))];
}

function ownCode(file: string, ancestors: readonly string[]): readonly string[] {
  const depth = ancestors.findIndex((folder) => existsSync(join(folder, 'package.json')));
  if (depth < 0) return codeBeside(file, dirname(file));
  const own = ancestors[depth] ?? dirname(file);
  const below = ancestors[depth - 1];
  return below === undefined ? codeBeside(file, own) : [below, join(own, 'package.json')];
}

const codeFile = /^[^.].*\.(?:[cm]?js|json|wasm|node)$/;
const codeFolders = ['src', 'lib', 'dist', 'build'];

/** A module that lies beside its package.json, or has none, has the code files around it and the usual folders of code, as they are now: never what begins with a dot. */
function codeBeside(file: string, folder: string): readonly string[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  const beside = entries.filter((entry) => (entry.isFile() && codeFile.test(entry.name)) || (entry.isDirectory() && codeFolders.includes(entry.name)));
  // Node cannot be told of paths with a star or a comma in them; the module's own says so.
  return [...new Set([file, ...beside.map(({ name }) => join(folder, name)).filter((path) => !/[*,]/.test(path))])];
}

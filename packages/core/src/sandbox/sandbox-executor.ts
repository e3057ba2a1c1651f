import type { Executor } from '../pipeline/executor.js';
import { abortedError } from '../pipeline/aborted.js';
import { InlineExecutor, whicheverFirst } from '../pipeline/inline-executor.js';
import type { Outcome } from '../pipeline/outcome.js';
import type { Unheld } from '../pipeline/unheld.js';
import type { Walk } from '../pipeline/walk.js';
import { withinLimits } from '../pipeline/within-limits.js';
import type { Policy } from '../policy/policy.js';
import type { Clock } from '../time/clock.js';
import { ChildPool, defaultPoolLimits, type PoolLimits } from './child-pool.js';
import { keyOf, sandboxRulesOf, specFor } from './launch-spec.js';
import type { Child, ChildEnd, Launcher, LevelProbe } from './launcher.js';
import { sandboxLevels, type SandboxLevel } from './level.js';
import type { Line, Reply } from './line.js';
import { howToMove } from './movable.js';
import { MovedCall } from './moved-call.js';
import type { MovedTool } from './moved-tool.js';
import { outcomeOfEnd } from './outcome-of-end.js';
import type { NetworkFacts } from './protocol.js';
import { SandboxError } from './sandbox-errors.js';
import type { SandboxRules } from './sandbox-rules.js';
import { unheldBehind } from './unheld-behind.js';

/** Milliseconds that a child has to start and to load a tool's module; the tool's own time counts from there. */
const startTimeoutMs = 15_000;

export interface SandboxExecutorOptions {
  readonly launchers: readonly Launcher[];
  /** Of each level; by the number of processors by default. */
  readonly limits?: PoolLimits;
}

/** Runs each tool behind the wall that policy and code ask for: in this thread, or in a child that is ended when its time is up. */
export class SandboxExecutor implements Executor {
  readonly levels: readonly SandboxLevel[];
  readonly #inline: InlineExecutor;
  readonly #pools: ReadonlyMap<SandboxLevel, ChildPool>;
  readonly #probes = new Map<SandboxLevel, LevelProbe>();
  /** Calls whose result is a stream that is still read. */
  readonly #streams = new WeakMap<Walk, MovedCall>();

  constructor(clock: Clock, { launchers, limits = defaultPoolLimits() }: SandboxExecutorOptions) {
    this.#inline = new InlineExecutor(clock);
    this.#pools = new Map(launchers.map((launcher) => [launcher.level, new ChildPool(launcher, limits)]));
    this.levels = sandboxLevels.filter((level) => level === 'inline' || this.#pools.has(level));
  }

  unheld(policy: Policy): readonly Unheld[] {
    return [...this.#inline.unheld(policy), ...unheldBehind(policy, this.levels)];
  }

  execute(walk: Walk): Outcome | Promise<Outcome> {
    return walk.sandbox === 'inline' ? this.#inline.execute(walk) : this.#move(walk);
  }

  step(walk: Walk, pull: () => unknown): unknown {
    return this.#inline.step(walk, pull);
  }

  wait(walk: Walk, ended: Promise<Outcome>, leftMs: number | undefined): Promise<Outcome> {
    return this.#streams.get(walk)?.seen(ended) ?? whicheverFirst(walk, ended, leftMs);
  }

  /** Each level of this build, tried on this machine. */
  probe(): Promise<readonly LevelProbe[]> {
    return Promise.all([...this.#pools.values()].map(({ launcher }) => launcher.probe()));
  }

  /** Children by level, for tests of what is left behind. */
  get children(): Readonly<Partial<Record<SandboxLevel, ChildPool['size']>>> {
    return Object.fromEntries([...this.#pools].map(([level, pool]) => [level, pool.size]));
  }

  /** Ends the children that wait for a next call. */
  async close(): Promise<void> {
    await Promise.all([...this.#pools.values()].map((pool) => pool.close()));
  }

  #move(walk: Walk): Outcome | Promise<Outcome> {
    const { request, tool: name, policy } = walk;
    const tool = request.sandbox?.tool;
    const pool = this.#pools.get(walk.sandbox);
    const context = { toolName: name, policyName: policy.name };
    if (request.sync) return refused(walk, new SandboxError(`"${name}" has to run at level ${walk.sandbox}, and a synchronous tool cannot wait for it; ${howToMove}`, context));
    if (tool === undefined) return refused(walk, new SandboxError(`"${name}" has to run at level ${walk.sandbox}, and ${request.sandbox?.fault ?? 'its code does not say where it is found there'}; ${howToMove}`, context));
    if (pool === undefined) return refused(walk, new SandboxError(`"${name}" has to run at level ${walk.sandbox}, which this executor does not have`, context));
    return this.#run(walk, tool, pool);
  }

  async #run(walk: Walk, tool: MovedTool, pool: ChildPool): Promise<Outcome> {
    const key = keyOf(walk, tool);
    if (!pool.takePlace()) {
      const without = await waitForPlace(walk, pool);
      if (without !== undefined) return without;
    }
    const line = (await pool.takeIdle(key)) ?? (await this.#started(walk, tool, pool));
    if (!('child' in line)) return line;
    const release = (isReusable: boolean): void => {
      this.#streams.delete(walk);
      if (isReusable) {
        pool.giveBack(key, line);
        return;
      }
      pool.drop(line);
      pool.refill(key, specFor(walk, walk.sandbox, tool));
    };
    const loadedAs = line.loaded.get(nameOf(tool)) ?? (await this.#load(walk, tool, line));
    if (typeof loadedAs !== 'number') {
      release(false);
      return loadedAs;
    }
    const call = new MovedCall({ walk, loadedAs, line, rules: sandboxRulesOf(walk), places: pool, release });
    this.#streams.set(walk, call);
    return call.run();
  }

  /** A child made for this call, in a place that was taken; where it is not to be had, the place is left. */
  async #started(walk: Walk, tool: MovedTool, pool: ChildPool): Promise<Line | Outcome> {
    const impossible = await this.#unreached(walk, pool);
    if (impossible !== undefined) {
      pool.leavePlace();
      return impossible;
    }
    const starting = pool.start(specFor(walk, walk.sandbox, tool));
    // The kill switch, or the caller, ends a call whose child is still starting: that one is ended when it is there.
    const given = await withinLimits<Line | 'late' | 'aborted' | { readonly error: unknown }>(
      walk,
      starting.catch((error: unknown) => ({ error })),
      startTimeoutMs,
      (why) => (why === 'time' ? 'late' : 'aborted'),
    );
    if (given === 'late' || given === 'aborted') {
      pool.abandon(starting);
      return given === 'aborted' ? aborted(walk) : refused(walk, failed(walk, `a child did not come up within ${String(startTimeoutMs)} ms`));
    }
    if ('child' in given) return given;
    pool.leavePlace();
    return refused(walk, failed(walk, `a child could not be started${wordsOf(given.error)}`, { cause: given.error }));
  }

  /** Why no child of the level would do; the level is tried once. */
  async #unreached(walk: Walk, pool: ChildPool): Promise<Outcome | undefined> {
    const level = walk.sandbox;
    const probe = this.#probes.get(level) ?? (await withinLimits<LevelProbe | 'aborted'>(walk, pool.launcher.probe(), undefined, () => 'aborted'));
    if (probe === 'aborted') return aborted(walk);
    this.#probes.set(level, probe);
    if (!probe.works) return refused(walk, unreachable(walk, probe));
    const limit = limitNotHeld(sandboxRulesOf(walk), probe);
    if (limit === undefined) return undefined;
    return refused(walk, failed(walk, `this machine cannot hold it to ${limit} there; take the limit out of the policy, or choose a stronger level`));
  }

  /** What the child calls the tool from then on. */
  async #load(walk: Walk, tool: MovedTool, line: Line): Promise<number | Outcome> {
    const as = line.loaded.size;
    const asked = line.ask({ t: 'load', id: walk.id, tool, as, network: networkFor(walk) });
    const reply = await withinLimits<Reply | 'late' | 'aborted'>(walk, asked, startTimeoutMs, (why) => (why === 'time' ? 'late' : 'aborted'));
    if (reply === 'late') return refused(walk, failed(walk, `its module was not loaded within ${String(startTimeoutMs)} ms`));
    if (reply === 'aborted') return aborted(walk);
    if ('end' in reply) return endedEarly(walk, reply.end, line);
    // Gone first, so that all it wrote has come.
    if (reply.answer.t === 'refused') await line.kill();
    if (reply.answer.t === 'refused') return refused(walk, failed(walk, reply.answer.reason, { child: line.child }));
    line.loaded.set(nameOf(tool), as);
    return as;
  }
}

/** Nothing when a place was taken. */
async function waitForPlace(walk: Walk, pool: ChildPool): Promise<Outcome | undefined> {
  const { taken, giveUp } = pool.waitForPlace();
  const first = await withinLimits<'taken' | 'late' | 'aborted'>(walk, taken.then(() => 'taken'), startTimeoutMs, (why) => (why === 'time' ? 'late' : 'aborted'));
  if (first === 'taken') return undefined;
  giveUp();
  return first === 'aborted' ? aborted(walk) : refused(walk, failed(walk, `no place among its children came free within ${String(startTimeoutMs)} ms`));
}

/** Within one module, which all tools of a child share. */
function nameOf({ export: exported, method, isStatic, modules }: MovedTool): string {
  return method === undefined ? exported : `${exported}\n${method}\n${String(isStatic)}\n${modules ?? ''}`;
}

/**
 * Rules of the network that only a guard inside can hold. It is the guard that holds them in this process, and as weak
 * against code that is hostile; bubblewrap has walls of its own.
 */
function networkFor({ sandbox, egress, policy, tool }: Walk): NetworkFacts | undefined {
  return egress === undefined || sandbox === 'bubblewrap' ? undefined : { policy: policy.toJSON(), tool };
}

/** INVARIANT: nothing of the tool has run. */
function refused(walk: Walk, error: SandboxError): Outcome {
  walk.executed = false;
  return { kind: 'enforcement_error', error };
}

/** What its module does while it is loaded is held to the same limits. */
function endedEarly(walk: Walk, end: ChildEnd, { child }: Line): Outcome {
  if (end.reason !== 'exit' && end.reason !== 'killed' && end.reason !== 'start') {
    walk.executed = false;
    return outcomeOfEnd(walk, end, sandboxRulesOf(walk), child);
  }
  return refused(walk, failed(walk, `it ended before it had loaded the tool: ${end.detail}`, { child }));
}

function aborted(walk: Walk): Outcome {
  walk.executed = false;
  return { kind: 'cancelled', error: abortedError(walk, 'before it ran') };
}

function unreachable({ tool, policy, sandbox }: Walk, { detail }: LevelProbe): SandboxError {
  return new SandboxError(
    `"${tool}" has to run at level ${sandbox}, which this machine does not reach: ${detail}; ` +
      'provide what is missing, or change the level in rules.sandbox.strategy',
    { toolName: tool, policyName: policy.name },
  );
}

/** A limit that would only look as if it held. */
function limitNotHeld(rules: SandboxRules, { holds }: LevelProbe): string | undefined {
  if (rules.maxMemoryMb !== undefined && !holds.memory) return 'max_memory_mb';
  if (rules.maxCpuMs !== undefined && !holds.cpu) return 'max_cpu_seconds';
  return (rules.readPaths.length > 0 || rules.writePaths.length > 0) && !holds.files ? 'read_paths and write_paths' : undefined;
}

/** Ours say what to do; others hold paths and words of nobody knows whom. */
function wordsOf(error: unknown): string {
  return error instanceof SandboxError ? `: ${error.message}` : '';
}

function failed({ tool, policy, sandbox }: Walk, what: string, more: { readonly cause?: unknown; readonly child?: Child } = {}): SandboxError {
  return new SandboxError(`"${tool}" could not be run at level ${sandbox}: ${what}`, { toolName: tool, policyName: policy.name, ...more });
}

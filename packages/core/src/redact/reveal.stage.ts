import { revealValue } from '@enforcecore/redact';
import { RedactionError } from '../errors.js';
import type { RoomBuilder } from '../pipeline/room-builder.js';
import type { Stage } from '../pipeline/stage.js';
import type { Walk } from '../pipeline/walk.js';
import type { Vault } from './vault.js';

/** Composed only where the policy lets a tool have something in the clear. */
export const revealRoom: RoomBuilder = (policy, { vault }) => (policy.rules.reveals ? new RevealStage(vault) : undefined);

/** Turns tokens in the arguments back before anything is decided, so that what is decided on is what runs. */
class RevealStage implements Stage {
  readonly room = 'reveal';
  readonly name = 'Vault';
  readonly #vault: Vault;

  constructor(vault: Vault) {
    this.#vault = vault;
  }

  enter(walk: Walk): void {
    const { reveals } = walk.policy.rulesFor(walk.tool);
    if (reveals === undefined) return;
    const { args, opaque } = walk.call;
    const revealed = args.map((arg, i) => (opaque?.(i) === true ? arg : this.#reveal(arg, reveals, walk)));
    if (revealed.every((arg, i) => arg === args[i])) return;
    walk.cleanArguments(Object.freeze(revealed));
  }

  #reveal(arg: unknown, reveals: ReadonlySet<string>, walk: Walk): unknown {
    try {
      return revealValue(arg, this.#vault, (category) => reveals.has(category)).value;
    } catch (error) {
      throw new RedactionError(`the tokens in the arguments of "${walk.tool}" could not be turned back, so the call was blocked`, {
        toolName: walk.tool,
        policyName: walk.policy.name,
        cause: error,
      });
    }
  }
}

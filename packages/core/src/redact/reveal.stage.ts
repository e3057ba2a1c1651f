import { revealValue } from '@enforcecore/redact';
import { RedactionError } from '../errors.js';
import type { RoomBuilder } from '../pipeline/room-builder.js';
import type { Stage } from '../pipeline/stage.js';
import type { Walk } from '../pipeline/walk.js';
import { HideAgain } from './hide-again.js';
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
    const shown = new Map<string, string>();
    const vault = { valueOf: (token: string) => this.#valueOf(token, reveals, shown) };
    const revealed = args.map((arg, i) => (opaque?.(i) === true ? arg : this.#reveal(arg, vault, walk)));
    if (revealed.every((arg, i) => arg === args[i])) return;
    walk.revealed = { args, hide: new HideAgain(shown) };
    walk.cleanArguments(Object.freeze(revealed));
  }

  #valueOf(token: string, reveals: ReadonlySet<string>, shown: Map<string, string>): ReturnType<Vault['valueOf']> {
    const entry = this.#vault.valueOf(token);
    if (entry !== undefined && reveals.has(entry.category)) shown.set(entry.value, token);
    return entry;
  }

  #reveal(arg: unknown, vault: Pick<Vault, 'valueOf'>, walk: Walk): unknown {
    const { reveals } = walk.policy.rulesFor(walk.tool);
    try {
      return revealValue(arg, vault, (category) => reveals?.has(category) === true).value;
    } catch {
      // Its error may hold the value, so it is not kept.
      throw new RedactionError(`the tokens in the arguments of "${walk.tool}" could not be turned back, so the call was blocked`, {
        toolName: walk.tool,
        policyName: walk.policy.name,
      });
    }
  }
}

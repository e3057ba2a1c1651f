import { writeFileSync } from 'node:fs';
import type { AttackTarget } from './attack-target.js';
import * as attacks from './attacks.js';

export { honest } from './attacks.js';

type Attempt = (target: AttackTarget) => Promise<unknown>;

/** An attack by its name, once a file says that it was reached: what never ran was not stopped. */
export async function onset(name: string, target: AttackTarget): Promise<unknown> {
  const attack: unknown = Object.hasOwn(attacks, name) ? Reflect.get(attacks, name) : undefined;
  if (typeof attack !== 'function') throw new Error('no such attack');
  writeFileSync(target.begunFile, '');
  return (attack as Attempt)(target); // every export of attacks.ts that the list names is one
}

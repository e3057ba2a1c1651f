import { token } from '../container/token.js';

/** Environment variables as they were when the container was made, for `env` in conditions. */
export type Environment = Readonly<Record<string, string>>;

export const Environment = token<Environment>('Environment');

export function environmentOf(variables: Readonly<Record<string, string | undefined>>): Environment {
  const known = Object.entries(variables).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return Object.freeze(Object.fromEntries(known));
}

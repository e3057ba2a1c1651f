import { styleText } from 'node:util';
import type { Io, Output } from '../io.js';

export type Colour = 'bold' | 'dim' | 'green' | 'red' | 'yellow' | 'cyan';

/** Colours text, or leaves it alone. */
export type Painter = (colour: Colour, text: string) => string;

/** Colours are for terminals, and for nobody who set `NO_COLOR` (no-color.org: any value but the empty one). */
export function painterFor(output: Output, env: Io['env']): Painter {
  const wanted = output.isTerminal && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
  // Node's own look at its standard output is switched off: the port has decided.
  return wanted ? (colour, text) => styleText(colour, text, { validateStream: false }) : (_colour, text) => text;
}

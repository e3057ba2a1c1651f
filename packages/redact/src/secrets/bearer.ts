import { isRun } from '../char-class.js';
import type { Sink } from '../finding.js';
import { isBearerToken } from './value-judge.js';

const bearer = /bearer[ \t]{1,8}["']?([A-Za-z0-9._~+/=-]{6,})/iy;
const farthest = 24;

/** `Bearer` before a long run, with at most a short first part of the token between. */
export function bearerBefore(text: string, start: number, before: number, sink: Sink): void {
  let from = start;
  if (before === 0x2e || before === 0x7e || before === 0x2b || before === 0x2f || before === 0x3d) {
    while (from > 0 && start - from < farthest && isTokenUnit(text.charCodeAt(from - 1))) from -= 1;
  }
  const c = text.charCodeAt(from - 1);
  if (c === 0x22 || c === 0x27) from -= 1;
  while (start - from < farthest && (text.charCodeAt(from - 1) === 0x20 || text.charCodeAt(from - 1) === 0x09)) from -= 1;
  if (from < 6 || (text.charCodeAt(from - 1) | 32) !== 0x72) return;
  bearer.lastIndex = from - 6;
  const token = bearer.exec(text)?.[1];
  if (token === undefined || !isBearerToken(token)) return;
  const end = bearer.lastIndex;
  sink.secret('bearer_token', end - token.length, end - trailingDots(token));
}

function isTokenUnit(c: number): boolean {
  return isRun(c) || c === 0x2e || c === 0x7e || c === 0x2b || c === 0x2f || c === 0x3d;
}

function trailingDots(token: string): number {
  let dots = 0;
  while (token.charCodeAt(token.length - 1 - dots) === 0x2e) dots += 1;
  return dots;
}

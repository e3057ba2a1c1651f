import { createHash, timingSafeEqual } from 'node:crypto';

/** The configured tokens, kept as digests only. */
export class StaticTokens {
  readonly #clients: readonly (readonly [string, Buffer])[];

  constructor(tokens: Readonly<Record<string, string>>) {
    this.#clients = Object.entries(tokens).map(([name, token]) => [name, digest(token)] as const);
  }

  /** The client whose token this is. Takes as long for every token: all are compared, by digest. */
  clientOf(token: string): string | undefined {
    const given = digest(token);
    let found: string | undefined;
    for (const [name, expected] of this.#clients) if (timingSafeEqual(given, expected)) found = name;
    return found;
  }
}

function digest(token: string): Buffer {
  return createHash('sha256').update(token, 'utf8').digest();
}

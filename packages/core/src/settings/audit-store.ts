/** Where `auditStore` says that entries go. */
export type StorePlace = { readonly kind: 'sqlite'; readonly path: string } | { readonly kind: 'postgres'; readonly url: string };

/** Reads `sqlite:PATH`, `postgres://…` and `postgresql://…`; `undefined` for anything else. */
export function storePlace(given: string): StorePlace | undefined {
  if (given.startsWith('sqlite:')) {
    const path = given.slice('sqlite:'.length);
    return path === '' || path === ':memory:' ? undefined : { kind: 'sqlite', path };
  }
  return /^postgres(?:ql)?:\/\//.test(given) && URL.canParse(given) ? { kind: 'postgres', url: given } : undefined;
}

/** What is wrong with the text, without repeating it: it may hold a password. */
export function storeFault(given: string): string | undefined {
  if (storePlace(given) !== undefined) return undefined;
  if (given === 'sqlite::memory:') return 'must be kept: a database in memory is gone with the process';
  return 'must be sqlite:PATH or postgres://user@host/database';
}

/** Where entries go in words that may be shown: no password, and no options, which may hold one as well. */
export function shownStore(given: string): string {
  const place = storePlace(given);
  if (place === undefined) return '(hidden)';
  if (place.kind === 'sqlite') return given;
  const { protocol, host, pathname } = new URL(place.url);
  return `${protocol}//${host}${pathname}`;
}

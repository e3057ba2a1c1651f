import { isLoopback } from './loopback.js';

export interface UrlFault {
  readonly message: string;
  readonly expected: string;
}

/** What is wrong with an address; `secure` asks for `https` unless it leads to this machine. The address itself is not repeated: it may hold a password. */
export function urlFault(text: string, kind: 'any' | 'secure'): UrlFault | undefined {
  const url = parsed(text);
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) return { message: 'it is no address of the web', expected: 'https://…' };
  if (url.username !== '' || url.password !== '') return { message: 'it has a user or a password in it', expected: 'a header instead' };
  if (kind === 'secure' && url.protocol !== 'https:' && !isLoopback(url.hostname)) return { message: 'it is not encrypted', expected: 'https://…, or an address of this machine' };
  return undefined;
}

function parsed(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}

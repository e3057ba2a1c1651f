import { validateHostHeader } from '@modelcontextprotocol/server';
import type { IncomingMessage } from 'node:http';
import type { HttpServe } from '../config/gateway-config.js';
import { isLoopback } from '../config/loopback.js';

const thisMachine = ['localhost', '127.0.0.1', '[::1]'];
const everywhere = new Set(['0.0.0.0', '::', '[::]', '']);

/** Whether a request may be looked at: its host is ours (DNS rebinding), and its page, if it comes from one, may call. */
export class Admission {
  readonly #hosts: string[];
  readonly #origins: ReadonlySet<string>;

  constructor({ host, hosts, origins, publicUrl }: Pick<HttpServe, 'host' | 'hosts' | 'origins' | 'publicUrl'>) {
    const bound = everywhere.has(host) || isLoopback(host) ? thisMachine : [host.includes(':') && !host.startsWith('[') ? `[${host}]` : host];
    this.#hosts = [...new Set([...bound, ...hosts, ...(publicUrl === undefined ? [] : [new URL(publicUrl).hostname])].map((name) => name.toLowerCase()))];
    this.#origins = new Set(origins);
  }

  hasGoodHost(request: IncomingMessage): boolean {
    return validateHostHeader(request.headers.host?.toLowerCase(), this.#hosts).ok;
  }

  /** `undefined` where no page asks; `false` for a page that may not. */
  originOf({ headers }: IncomingMessage): string | false | undefined {
    const { origin, host } = headers;
    if (origin === undefined) {
      // A browser says where a request comes from also where it leaves the origin out.
      const site = headers['sec-fetch-site'];
      return site === undefined || site === 'none' || site === 'same-origin' ? undefined : false;
    }
    if (this.#origins.has(origin)) return origin;
    return URL.canParse(origin) && origin === `http://${host ?? ''}` ? origin : false;
  }
}

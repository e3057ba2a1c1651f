import { createRequire } from 'node:module';
import { connect, createServer } from 'node:net';
import type { Dispatcher, EnvHttpProxyAgent } from 'undici';
import { bridgePort } from './proxy-env.js';

/** The one way out of a sandbox without network: from its loopback to the proxy's socket. Judges nothing; the proxy does. */
export function bridge(socketPath: string): Promise<void> {
  const server = createServer((inner) => {
    const outer = connect(socketPath);
    inner.pipe(outer).pipe(inner);
    inner.on('error', () => outer.destroy()).on('close', () => outer.destroy());
    outer.on('error', () => inner.destroy()).on('close', () => inner.destroy());
  });
  fetchByProxy();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(bridgePort, '127.0.0.1', () => {
      server.unref();
      resolve();
    });
  });
}

/** Where `fetch` looks for its dispatcher: of Node 20 and 22, and of later ones. */
const places = ['undici.globalDispatcher.1', 'undici.globalDispatcher.2'];

/** Makes `fetch` read the proxy's variables, on lines of Node where it does not by itself. Loaded at the first request: it takes a tenth of a second. */
function fetchByProxy(): void {
  const require = createRequire(import.meta.url);
  let agent: Dispatcher | undefined;
  const loaded = (): Dispatcher => {
    if (agent !== undefined) return agent;
    const undici = require('undici') as { readonly EnvHttpProxyAgent: typeof EnvHttpProxyAgent }; // a dependency of ours
    agent = new undici.EnvHttpProxyAgent();
    return agent;
  };
  const value: Pick<Dispatcher, 'dispatch' | 'close' | 'destroy'> = {
    dispatch: (options, handler) => loaded().dispatch(options, handler),
    close: () => loaded().close(),
    destroy: () => loaded().destroy(),
  };
  for (const place of places) Object.defineProperty(globalThis, Symbol.for(place), { value, writable: true, enumerable: false, configurable: false });
}

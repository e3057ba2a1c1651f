/** A port of the sandbox's own loopback, where nothing else can be. */
export const bridgePort = 3128;

/** What tells programs of a proxy; upper and lower case, since programs read one or the other. */
export function proxyEnv(): Readonly<Record<string, string>> {
  const url = `http://127.0.0.1:${String(bridgePort)}`;
  const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY'];
  // The last one makes Node's own clients read them, from 22.21 and 24.5 on.
  return { ...Object.fromEntries(names.flatMap((name) => [[name, url], [name.toLowerCase(), url]])), NODE_USE_ENV_PROXY: '1' };
}

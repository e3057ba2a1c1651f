const names: ReadonlySet<string> = new Set(['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'FTP_PROXY', 'WS_PROXY', 'WSS_PROXY', 'NO_PROXY', 'NODE_USE_ENV_PROXY']);

/** The options of a child process, as Node's own `spawn` has them, with the proxy in every variable that programs look for one in. */
export function withProxy(options: unknown, url: string): unknown {
  if (typeof options !== 'object' || options === null) return options;
  const { envPairs } = options as { readonly envPairs?: unknown };
  const given: readonly unknown[] = Array.isArray(envPairs) ? (envPairs as unknown[]) : Object.entries(process.env).map(([name, value]) => `${name}=${value ?? ''}`);
  const kept = given.filter((pair) => !names.has(String(pair).split('=', 1)[0]?.toUpperCase() ?? ''));
  const added = ['http_proxy', 'https_proxy', 'all_proxy'].flatMap((name) => [`${name}=${url}`, `${name.toUpperCase()}=${url}`]);
  return { ...options, envPairs: [...kept, ...added, 'no_proxy=', 'NO_PROXY=', 'NODE_USE_ENV_PROXY=1'] };
}

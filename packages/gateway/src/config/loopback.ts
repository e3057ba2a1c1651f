/** Names and addresses that lead to this machine only, as a host or as a URL's `hostname`. `localhost` is one (RFC 6761). */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}

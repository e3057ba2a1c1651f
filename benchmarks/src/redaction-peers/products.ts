import type { Product } from './product.js';

const makers: Readonly<Record<string, () => Promise<Product>>> = {
  enforcecore: async () => (await import('./products/enforcecore.js')).makeProduct(),
  openredaction: async () => (await import('./products/openredaction.js')).makeProduct(),
  'openredaction-9': async () => (await import('./products/openredaction.js')).makeSmallProduct(),
  'redactpii-node': async () => (await import('./products/redactpii-node.js')).makeProduct(),
  'redact-pii': async () => (await import('./products/redact-pii.js')).makeProduct(),
  secretlint: async () => (await import('./products/secretlint.js')).makeProduct(),
};

/** EnforceCore and its peers, each as its own documentation tells to set it up. */
export function allProducts(): Promise<readonly Product[]> {
  return Promise.all(Object.values(makers).map((make) => make()));
}

/** One of them alone, in a thread where none of the others is loaded. */
export async function productNamed(name: string): Promise<Product> {
  const make = makers[name];
  if (make === undefined) throw new Error(`no product is called ${name}`);
  return make();
}

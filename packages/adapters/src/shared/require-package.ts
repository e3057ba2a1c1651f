import { EnforceCoreError } from '@enforcecore/core';

/**
 * Imports an optional peer when it is first needed.
 *
 * @param name the package, or a door of it: `@langchain/core/tools`
 * @param door who needs it: `@enforcecore/adapters/langchain`
 * @throws EnforceCoreError `PACKAGE_MISSING` when it cannot be imported; what was wrong with it is the `cause`.
 */
export async function requirePackage(name: string, door: string): Promise<unknown> {
  try {
    return await import(name);
  } catch (error) {
    const peer = packageOf(name);
    if (isMissing(error, name, peer)) throw new EnforceCoreError('PACKAGE_MISSING', `${door} needs the package "${peer}", which is not installed; run npm install ${peer}`, { cause: error });
    throw new EnforceCoreError('PACKAGE_MISSING', `${door} needs the package "${peer}", which is installed and cannot be loaded; the cause says why`, { cause: error });
  }
}

/** The package itself is not there, as against something that it needs in turn. */
function isMissing(error: unknown, name: string, peer: string): boolean {
  const { code, message } = (error ?? {}) as { readonly code?: unknown; readonly message?: unknown }; // either is asked for
  if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') return false;
  const text = String(message);
  return [peer, name].some((one) => text.includes(`'${one}'`) || text.includes(`"${one}"`));
}

function packageOf(name: string): string {
  return name.split('/', name.startsWith('@') ? 2 : 1).join('/');
}

import { dirname, extname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { codeOf, NoSuchTool } from './no-such-tool.js';

const codeLike = /\.(?:[cm]?[jt]s|json|wasm|node)$/;
const plainPath = /^[\w./@ +-]{1,150}$/;

/** Says why a tool's module could not be imported: what to do about it, and nothing that its code says. */
export function whyNotLoaded(url: string, error: unknown): NoSuchTool {
  return new NoSuchTool(`the module could not be loaded${codeOf(error)}: ${whyNot(url, error)}`, { cause: error });
}

function whyNot(url: string, error: unknown): string {
  switch (textAt(error, 'code')) {
    case 'ERR_ACCESS_DENIED':
      return `${refusedPath(url, error)} lies outside what it may read; name its folder in read_paths`;
    case 'ERR_MODULE_NOT_FOUND':
    case 'MODULE_NOT_FOUND':
      return textAt(error, 'url') === url ? 'there is no such file; name the compiled file in sandbox: { module }' : 'something that it imports is not there, or not among what it may read (read_paths)';
    case 'ERR_UNKNOWN_FILE_EXTENSION':
      return `Node does not run ${extensionOf(url)} files as they are; name the compiled JavaScript in sandbox: { module }`;
    case 'ERR_UNSUPPORTED_ESM_URL_SCHEME':
      return 'it is no file; give a file: URL, as import.meta.url is';
  }
  if (error instanceof SyntaxError) return 'it, or something that it imports, is not written as this Node reads it';
  return 'its code threw while it was loaded; the start of what it wrote is in the property output of this error';
}

/** Only what looks like a module, as seen from the tool's own: the path of a secret file is not told of. */
function refusedPath(url: string, error: unknown): string {
  const resource = textAt(error, 'resource');
  if (!codeLike.test(resource)) return 'something that it needs';
  const path = relative(dirname(fileURLToPath(url)), resource);
  return plainPath.test(path) ? JSON.stringify(path) : 'something that it imports';
}

function extensionOf(url: string): string {
  const extension = extname(URL.canParse(url) ? new URL(url).pathname : '');
  return /^\.\w{1,10}$/.test(extension) ? extension : 'such';
}

function textAt(error: unknown, key: string): string {
  const value: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, key) : undefined;
  return typeof value === 'string' ? value : '';
}

import { fileURLToPath } from 'node:url';

/** Where the self-contained page is that checks a trail in a browser: an HTML file to copy or to open. */
export function verifyPagePath(): string {
  // Two folders up from src/page and from dist/page alike is the package.
  return fileURLToPath(new URL('../../verify.html', import.meta.url));
}

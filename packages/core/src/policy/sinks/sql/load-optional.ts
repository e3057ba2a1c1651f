import { createRequire } from 'node:module';
import { MissingParserError } from './sql-usage.js';

const require = createRequire(import.meta.url);

/**
 * Loads a CommonJS module of an optional package.
 *
 * @throws MissingParserError when the package is not installed.
 */
export function loadOptional(packageName: string, specifier: string = packageName): unknown {
  try {
    return require(specifier);
  } catch (cause) {
    throw new MissingParserError(packageName, cause);
  }
}

/** Where a file of an optional package lies, or nothing when the package has no such file. */
export function optionalFile(specifier: string): string | undefined {
  try {
    return require.resolve(specifier);
  } catch {
    // Only a way is missing, not the package: the caller has another.
    return undefined;
  }
}

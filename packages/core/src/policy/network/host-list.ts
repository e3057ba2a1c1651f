import { domainToASCII } from 'node:url';
import { Glob } from '../glob.js';
import { canonicalHost, isAddress } from './host.js';

export interface HostListOptions {
  /** What the list is called in errors, e.g. `hosts.allowed`. */
  readonly name: string;
  /** `deny`: a name also covers every host below it, and globs cover addresses. `allow`: neither. */
  readonly mode: 'allow' | 'deny';
}

interface HostGlob {
  readonly pattern: string;
  readonly glob: Glob;
}

/**
 * A list of hosts and globs, compiled. `example.com` is that host; `*.example.com` every host below it but not itself; `*` is every host.
 * A denied `example.com` covers every host below it too: whoever owns a name owns the names below.
 */
export class HostList {
  readonly #names = new Map<string, string>();
  readonly #globs: HostGlob[] = [];
  readonly #denies: boolean;
  #all: string | undefined;
  #hasWords = false;

  constructor(patterns: readonly string[], { name, mode }: HostListOptions) {
    this.#denies = mode === 'deny';
    for (const pattern of patterns) {
      const canonical = canonicalPattern(pattern);
      if (canonical === undefined) throw new Error(`${name}: expected a host such as api.example.com, or *.example.com, got ${JSON.stringify(pattern)}`);
      if (canonical === '*') this.#all ??= pattern;
      else if (canonical.includes('*')) this.#globs.push({ pattern, glob: new Glob(canonical) });
      else if (!this.#names.has(canonical)) this.#names.set(canonical, pattern);
      this.#hasWords ||= !/[.:*]/.test(canonical);
    }
  }

  get isEmpty(): boolean {
    return this.#names.size === 0 && this.#globs.length === 0 && this.#all === undefined;
  }

  /** Whether an entry without a dot exists, which any word could be. */
  get hasWords(): boolean {
    return this.#hasWords;
  }

  /** The entry that a canonical host meets. */
  match(host: string): string | undefined {
    return this.matchNamed(host) ?? this.#all;
  }

  /** The same without `*`, which says nothing of this host. */
  matchNamed(host: string): string | undefined {
    const exact = this.#names.get(host);
    if (exact !== undefined) return exact;
    const address = isAddress(host);
    if (this.#denies && !address) {
      for (let dot = host.indexOf('.'); dot >= 0; dot = host.indexOf('.', dot + 1)) {
        const above = this.#names.get(host.slice(dot + 1));
        if (above !== undefined) return above;
      }
    }
    return address && !this.#denies ? undefined : this.#globs.find(({ glob }) => glob.matches(host))?.pattern;
  }
}

function canonicalPattern(pattern: unknown): string | undefined {
  if (typeof pattern !== 'string' || pattern.length > 1024) return undefined;
  const trimmed = pattern.trim();
  if (!trimmed.includes('*')) return canonicalHost(trimmed);
  const labels = trimmed.replace(/\.$/, '').split('.').map(canonicalLabel);
  return labels.includes('') ? undefined : labels.join('.');
}

function canonicalLabel(label: string): string {
  if (label.includes('*')) return /^[\w*-]+$/.test(label) ? label.toLowerCase() : '';
  return /[\s/\\?#@:%[\]]/.test(label) ? '' : /^\d+$/.test(label) ? label : domainToASCII(label);
}

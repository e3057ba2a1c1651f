import type { Vault as TokenVault } from '@enforcecore/redact';
import { token } from '../container/token.js';

/** Keeps what the `tokenize` strategy has replaced, for the tools that get it back. One for a container. */
export type Vault = TokenVault;
export const Vault = token<Vault>('Vault');

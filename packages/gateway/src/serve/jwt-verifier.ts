import { OAuthError, OAuthErrorCode } from '@modelcontextprotocol/server';
import { createRemoteJWKSet, customFetch, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import type { OAuthConfig } from '../config/gateway-config.js';
import type { Principal } from './principal.js';

/** Asymmetric only: with a shared secret among them, the public key could be used to sign. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'];
/** RFC 9068, and what most issuers write. */
const types = new Set(['at+jwt', 'application/at+jwt', 'jwt']);
const clockToleranceSeconds = 30;
const longestClaim = 256;
const mostKeyBytes = 1_048_576;

export interface VerifiedToken {
  readonly principal: Principal;
  readonly scopes: readonly string[];
  /** Seconds since the epoch. */
  readonly expiresAt: number;
}

/** Reads access tokens of one issuer that are meant for this gateway. */
export class JwtVerifier {
  readonly #config: OAuthConfig;
  readonly #keys: JWTVerifyGetKey;

  constructor(config: OAuthConfig, fetch: typeof globalThis.fetch = globalThis.fetch) {
    this.#config = config;
    this.#keys = createRemoteJWKSet(new URL(config.jwksUrl), { timeoutDuration: 5_000, cooldownDuration: 30_000, cacheMaxAge: 600_000, [customFetch]: boundedFetch(fetch) });
  }

  /**
   * @throws OAuthError `invalid_token` for a token that is not good, without saying what it holds.
   * @throws Error when the issuer's keys cannot be had.
   */
  async verify(token: string): Promise<VerifiedToken> {
    const { issuer, audience } = this.#config;
    try {
      const { payload, protectedHeader } = await jwtVerify(token, this.#keys, { issuer, audience, algorithms, clockTolerance: clockToleranceSeconds, requiredClaims: ['exp'] });
      if (!types.has((protectedHeader.typ ?? 'JWT').toLowerCase())) throw invalid();
      return { principal: this.#principal(payload), scopes: scopesOf(payload), expiresAt: payload.exp ?? 0 };
    } catch (error) {
      if (error instanceof OAuthError) throw error;
      if (isBadToken(error)) throw invalid();
      throw error;
    }
  }

  #principal(payload: JWTPayload): Principal {
    const { agentClaim, tenantClaim } = this.#config;
    const agent = agentClaim === undefined ? (claim(payload, 'client_id') ?? claim(payload, 'azp') ?? claim(payload, 'sub')) : claim(payload, agentClaim);
    const tenant = tenantClaim === undefined ? undefined : claim(payload, tenantClaim);
    // Without a name, two clients would be one for limits and sessions; without a tenant, a tenant's rules would not hold.
    if (agent === undefined || (tenantClaim !== undefined && tenant === undefined)) throw invalid();
    const key = JSON.stringify(['oauth', agent, claim(payload, 'sub'), tenant]);
    return { key, caller: { agent, ...(tenant === undefined ? {} : { tenant }) } };
  }
}

function claim(payload: JWTPayload, name: string): string | undefined {
  const value = Object.hasOwn(payload, name) ? payload[name] : undefined;
  return typeof value === 'string' && value !== '' && value.length <= longestClaim ? value : undefined;
}

/** RFC 8693, 4.2: one text with spaces; some issuers write a list called `scp`. */
function scopesOf(payload: JWTPayload): readonly string[] {
  const given = payload['scope'] ?? payload['scp'];
  if (typeof given === 'string') return given.split(' ').filter((scope) => scope !== '');
  return Array.isArray(given) ? given.filter((scope) => typeof scope === 'string') : [];
}

/** Everything that is wrong with the token itself; what is wrong with the keys' place is not the client's fault. */
function isBadToken(error: unknown): boolean {
  if (error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid) return false;
  return error instanceof errors.JOSEError && error.code !== 'ERR_JOSE_GENERIC';
}

function invalid(): OAuthError {
  return new OAuthError(OAuthErrorCode.InvalidToken, 'the token is not valid here');
}

/** No redirects, and no document larger than keys are. */
function boundedFetch(fetch: typeof globalThis.fetch) {
  return async (url: string, options: RequestInit): Promise<Response> => {
    const response = await fetch(url, { ...options, redirect: 'error' });
    const pieces: Uint8Array[] = [];
    let bytes = 0;
    const body: AsyncIterable<Uint8Array> | null = response.body;
    for await (const piece of body ?? []) {
      bytes += piece.byteLength;
      if (bytes > mostKeyBytes) throw new Error('the keys of the issuer are too large');
      pieces.push(piece);
    }
    return new Response(Buffer.concat(pieces), { status: response.status, headers: response.headers });
  };
}

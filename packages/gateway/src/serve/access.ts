import type { Logger } from '@enforcecore/core';
import {
  bearerAuthChallengeResponse, buildOAuthProtectedResourceMetadata, getOAuthProtectedResourceMetadataUrl, OAuthError, OAuthErrorCode, verifyBearerToken, type AuthInfo, type OAuthProtectedResourceMetadata,
} from '@modelcontextprotocol/server';
import type { HttpAuth } from '../config/gateway-config.js';
import { JwtVerifier } from './jwt-verifier.js';
import { anonymous, type Principal } from './principal.js';
import { StaticTokens } from './static-tokens.js';

export interface AccessOptions {
  readonly auth: HttpAuth | undefined;
  readonly publicUrl: string | undefined;
  readonly logger: Logger | undefined;
}

/** The document of RFC 9728, and where it is. */
export interface ResourceMetadata {
  readonly url: URL;
  readonly document: OAuthProtectedResourceMetadata;
}

/** Lets requests in: by a token of the configuration, by one of the authorization server, or everybody where neither is asked for. */
export class Access {
  readonly metadata: ResourceMetadata | undefined;
  readonly #isOpen: boolean;
  readonly #tokens: StaticTokens;
  readonly #jwt: JwtVerifier | undefined;
  readonly #scopes: readonly string[];
  readonly #logger: Logger | undefined;

  constructor({ auth, publicUrl, logger }: AccessOptions) {
    this.#isOpen = auth === undefined;
    this.#tokens = new StaticTokens(auth?.tokens ?? {});
    this.#jwt = auth?.oauth === undefined ? undefined : new JwtVerifier(auth.oauth);
    this.#scopes = auth?.oauth?.scopes ?? [];
    this.#logger = logger;
    this.metadata = metadataOf(auth, publicUrl);
  }

  /** The client, or the answer that refuses it. */
  async principalOf(authorization: string | undefined): Promise<Principal | Response> {
    if (this.#isOpen) return anonymous;
    let found: Principal | undefined;
    const verifier = {
      verifyAccessToken: async (token: string): Promise<AuthInfo> => {
        const { principal, scopes, expiresAt } = await this.#verify(token);
        found = principal;
        // The token itself goes no further than this.
        return { token: '', clientId: principal.key, scopes: [...scopes], expiresAt };
      },
    };
    try {
      await verifyBearerToken(authorization, { verifier });
      return found ?? Response.json({ error: 'server_error' }, { status: 500 });
    } catch (error) {
      return this.#refusal(error);
    }
  }

  async #verify(token: string): Promise<{ readonly principal: Principal; readonly scopes: readonly string[]; readonly expiresAt: number }> {
    const agent = this.#tokens.clientOf(token);
    if (agent !== undefined) return { principal: { key: JSON.stringify(['token', agent]), caller: { agent } }, scopes: [], expiresAt: Number.MAX_SAFE_INTEGER };
    if (this.#jwt === undefined) throw new OAuthError(OAuthErrorCode.InvalidToken, 'the token is not valid here');
    const verified = await this.#jwt.verify(token);
    // Scopes are asked of the issuer's tokens only: those of the configuration have none.
    if (!this.#scopes.every((scope) => verified.scopes.includes(scope))) throw new OAuthError(OAuthErrorCode.InsufficientScope, 'the token lacks a scope');
    return verified;
  }

  #refusal(error: unknown): Response {
    const resourceMetadataUrl = this.metadata?.url.href;
    const options = { requiredScopes: [...this.#scopes], ...(resourceMetadataUrl === undefined ? {} : { resourceMetadataUrl }) };
    if (error instanceof OAuthError) return bearerAuthChallengeResponse(error, options);
    this.#logger?.log('error', 'a token could not be checked: the keys of the issuer cannot be had', { error: error instanceof Error ? error.name : 'unknown' });
    return Response.json({ error: 'temporarily_unavailable' }, { status: 503, headers: { 'retry-after': '5' } });
  }
}

function metadataOf(auth: HttpAuth | undefined, publicUrl: string | undefined): ResourceMetadata | undefined {
  const oauth = auth?.oauth;
  if (oauth === undefined) return undefined;
  const document = buildOAuthProtectedResourceMetadata({
    // Of the issuer's metadata only its name is used here; the rest is at the issuer.
    oauthMetadata: { issuer: oauth.issuer, authorization_endpoint: oauth.issuer, token_endpoint: oauth.issuer, response_types_supported: ['code'] },
    resourceServerUrl: new URL(oauth.audience),
    ...(oauth.scopes === undefined ? {} : { scopesSupported: [...oauth.scopes] }),
  });
  const url = new URL(getOAuthProtectedResourceMetadataUrl(new URL(publicUrl ?? oauth.audience)));
  return { url, document: { ...document, resource: oauth.audience, bearer_methods_supported: ['header'] } };
}

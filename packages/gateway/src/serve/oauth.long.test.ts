import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exportJWK, exportSPKI, generateKeyPair, SignJWT, UnsecuredJWT, type CryptoKey, type JWK, type JWTPayload } from 'jose';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { OAuthConfig } from '../config/gateway-config.js';
import { endpointsForATest, initialize, whoAmI } from './serve.test.kit.js';

const started = endpointsForATest();
const audience = 'https://gateway.example/mcp';

/** An authorization server: real keys, and a place where they are. */
class Issuer {
  readonly keys: JWK[] = [];
  status = 200;
  asked = 0;
  readonly #server: Server = createServer((_request, response) => {
    this.asked++;
    response.writeHead(this.status, { 'content-type': 'application/json' }).end(JSON.stringify({ keys: this.keys }));
  });

  get url(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`; // it listens on a port
  }

  get config(): OAuthConfig {
    return { issuer: this.url, audience, jwksUrl: `${this.url}/keys` };
  }

  async key(alg: string, kid: string): Promise<{ readonly privateKey: CryptoKey; readonly publicKey: CryptoKey }> {
    const pair = await generateKeyPair(alg, { extractable: true });
    this.keys.push({ ...(await exportJWK(pair.publicKey)), kid, alg, use: 'sig' });
    return pair;
  }

  listen(): Promise<void> {
    return new Promise((resolve) => { this.#server.listen(0, '127.0.0.1', resolve); });
  }

  close(): Promise<void> {
    return new Promise((resolve) => { this.#server.close(() => { resolve(); }); });
  }
}

const issuer = new Issuer();
let rsa: CryptoKey;
let rsaPublic: CryptoKey;
let ec: CryptoKey;

beforeAll(async () => {
  await issuer.listen();
  ({ privateKey: rsa, publicKey: rsaPublic } = await issuer.key('RS256', 'rsa-1'));
  ({ privateKey: ec } = await issuer.key('ES256', 'ec-1'));
});
afterAll(() => issuer.close());

interface Said {
  readonly payload?: JWTPayload;
  readonly header?: { readonly alg?: string; readonly kid?: string; readonly typ?: string };
  readonly key?: CryptoKey | Uint8Array;
  readonly expires?: string | false;
}

function token({ payload = {}, header = {}, key = rsa, expires = '5m' }: Said = {}): Promise<string> {
  const claims = { iss: issuer.url, aud: audience, sub: 'user-1', client_id: 'agent-1', scope: 'mcp tools', ...payload };
  const jwt = new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'rsa-1', typ: 'at+jwt', ...header });
  return (expires === false ? jwt : jwt.setExpirationTime(expires)).sign(key);
}

describe('access tokens of an authorization server', () => {
  it.each([['RS256', 'rsa-1'], ['ES256', 'ec-1']])('let the official client in, signed with %s', async (alg, kid) => {
    const { connect } = await started({ auth: { oauth: issuer.config } });
    const given = await token({ header: { alg, kid }, key: kid === 'rsa-1' ? rsa : ec });

    const client = await connect({ requestInit: { headers: { authorization: `Bearer ${given}` } } });

    const { caller, seen, headers } = await whoAmI(client);
    expect(caller.agent).toBe('agent-1');
    expect(`${seen}${JSON.stringify(headers)}`).not.toContain(given);
  });

  it('take agent and tenant from the claims that the configuration names', async () => {
    const { connect } = await started({ auth: { oauth: { ...issuer.config, agentClaim: 'sub', tenantClaim: 'org' } } });

    const client = await connect({ requestInit: { headers: { authorization: `Bearer ${await token({ payload: { org: 'acme' } })}` } } });

    expect((await whoAmI(client)).caller).toMatchObject({ agent: 'user-1', tenant: 'acme' });
  });

  const attacks: readonly (readonly [string, () => Promise<string>])[] = [
    ['alg none', () => Promise.resolve(new UnsecuredJWT({ client_id: 'agent-1' }).setIssuer(issuer.url).setAudience(audience).setExpirationTime('5m').encode())],
    ['HS256 with the public key as secret', async () => token({ header: { alg: 'HS256' }, key: new TextEncoder().encode(await exportSPKI(rsaPublic)) })],
    ['an expired one', () => token({ expires: '-2m' })],
    ['one that never expires', () => token({ expires: false })],
    ['one for another audience', () => token({ payload: { aud: 'https://other.example/mcp' } })],
    ['one for a longer audience', () => token({ payload: { aud: `${audience}/x` } })],
    ['one without an audience', () => token({ payload: { aud: [] } })],
    ['one of another issuer', () => token({ payload: { iss: 'https://evil.example' } })],
    ['one that is not good yet', () => token({ payload: { nbf: Math.floor(Date.now() / 1_000) + 600 } })],
    ['a key of somebody else under our kid', async () => token({ key: (await generateKeyPair('RS256')).privateKey })],
    ['the kid of a key of another kind', () => token({ header: { kid: 'ec-1' } })],
    ['a kid that leads elsewhere', () => token({ header: { kid: '../../etc/passwd' } })],
    ['an identity token of another type', () => token({ header: { typ: 'logout+jwt' } })],
    ['one without a name', () => token({ payload: { client_id: '', sub: '' } })],
    ['a name that is a list', () => token({ payload: { client_id: ['a'] as never, sub: '' } })],
    ['a signature cut off', async () => (await token()).slice(0, -3)],
    ['five parts', async () => `${await token()}.x.y`],
    ['nonsense', () => Promise.resolve('x.y.z')],
  ];

  it.each(attacks)('refuse %s', async (_what, made) => {
    const { post, source } = await started({ auth: { oauth: issuer.config } });

    const response = await post(initialize, { authorization: `Bearer ${await made()}` });

    expect(response.status).toBe(401);
    expect(await response.text()).not.toContain('agent-1');
    expect(source.callers).toEqual([]);
  });

  it('refuse one that brings its own key', async () => {
    const own = await generateKeyPair('RS256', { extractable: true });
    const jwk = await exportJWK(own.publicKey);
    const brought = await new SignJWT({ client_id: 'agent-1' }).setIssuer(issuer.url).setAudience(audience).setExpirationTime('5m').setProtectedHeader({ alg: 'RS256', jwk, jku: `${issuer.url}/keys` }).sign(own.privateKey);
    const { post } = await started({ auth: { oauth: issuer.config } });

    expect((await post(initialize, { authorization: `Bearer ${brought}` })).status).toBe(401);
  });

  it('refuse one without the tenant that the configuration asks for', async () => {
    const { post } = await started({ auth: { oauth: { ...issuer.config, tenantClaim: 'org' } } });

    expect((await post(initialize, { authorization: `Bearer ${await token()}` })).status).toBe(401);
  });

  it('refuse one without a scope, with 403 and what is missing', async () => {
    const { post } = await started({ auth: { oauth: { ...issuer.config, scopes: ['mcp', 'admin'] } } });

    const response = await post(initialize, { authorization: `Bearer ${await token()}` });

    expect(response.status).toBe(403);
    expect(response.headers.get('www-authenticate')).toMatch(/insufficient_scope.*scope="mcp admin".*resource_metadata=/);
  });

  it('keep the sessions of two users of one client apart', async () => {
    const { post } = await started({ auth: { oauth: issuer.config } });
    const opened = await post(initialize, { authorization: `Bearer ${await token()}` });
    await opened.text();

    const other = await post(initialize, { authorization: `Bearer ${await token({ payload: { sub: 'user-2' } })}`, 'mcp-session-id': opened.headers.get('mcp-session-id') ?? '' });

    expect(other.status).toBe(404);
  });

  it('are answered with 503 while the keys cannot be had, and not with 401', async () => {
    const { post } = await started({ auth: { oauth: issuer.config } });
    issuer.status = 500;
    try {
      expect((await post(initialize, { authorization: `Bearer ${await token()}` })).status).toBe(503);
    } finally {
      issuer.status = 200;
    }
  });

  it('do not make the gateway ask for keys as often as somebody invents one', async () => {
    const { post } = await started({ auth: { oauth: issuer.config } });
    const before = issuer.asked;
    for (let index = 0; index < 10; index++) await post(initialize, { authorization: `Bearer ${await token({ header: { kid: `x${String(index)}` } })}` });

    expect(issuer.asked - before).toBeLessThanOrEqual(2);
  });
});

describe('the metadata of the protected resource', () => {
  it('is where the refusal says, and names the issuer', async () => {
    const { serving, post } = await started({ auth: { oauth: { ...issuer.config, scopes: ['mcp'] } } });
    const refused = await post(initialize);
    const [, place = ''] = /resource_metadata="([^"]+)"/.exec(refused.headers.get('www-authenticate') ?? '') ?? [];

    const document: unknown = await (await fetch(new URL(new URL(place).pathname, serving.url))).json();

    expect(place).toBe('https://gateway.example/.well-known/oauth-protected-resource/mcp');
    expect(document).toEqual({ resource: audience, authorization_servers: [issuer.url], scopes_supported: ['mcp'], bearer_methods_supported: ['header'] });
  });

  it('is not there where nobody asks for tokens of an issuer', async () => {
    const { serving } = await started();

    expect((await fetch(new URL('/.well-known/oauth-protected-resource/mcp', serving.url))).status).toBe(404);
  });
});

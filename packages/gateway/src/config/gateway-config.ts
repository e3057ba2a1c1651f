/** How an upstream MCP server is reached. */
export type UpstreamConfig = StdioUpstream | HttpUpstream;

interface UpstreamLimits {
  /** Milliseconds that one request may take, progress included. 60,000 by default. */
  readonly timeoutMs?: number | undefined;
  /** Milliseconds for start and handshake. 30,000 by default. */
  readonly startTimeoutMs?: number | undefined;
  /** Bytes of one message from the server; a larger one ends the request, never the gateway. 10 MB by default. */
  readonly maxMessageBytes?: number | undefined;
  /** What stands in front of its tools' and prompts' names, as `prefix.name`; none by default with one server, the server's name with several. */
  readonly prefix?: string | undefined;
}

export interface StdioUpstream extends UpstreamLimits {
  readonly kind: 'stdio';
  readonly command: string;
  readonly args: readonly string[];
  /** Variables for the child; it gets these, and of the gateway's own only PATH, HOME and what the system needs. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Folder that it starts in; that of the file that names it by default, and where there is none, the gateway's own. */
  readonly cwd?: string | undefined;
}

export interface HttpUpstream extends UpstreamLimits {
  readonly kind: 'http';
  readonly url: string;
  /** Sent with every request, a bearer token for one. Never logged. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** `allow`, `deny`; for methods that are neither known nor named, `deny`. */
export type PassRule = 'allow' | 'deny';

/** What may pass besides calls of tools, resources and prompts. */
export interface PassRules {
  /** A server asks the client's model. Denied by default; what passes is redacted both ways. */
  readonly sampling: PassRule;
  /** A server asks the client's user. Denied by default; what passes is redacted both ways. */
  readonly elicitation: PassRule;
  /** A server asks which folders the client works in. Denied by default. */
  readonly roots: PassRule;
  /** Methods that the gateway does not know, by name: `{ 'vendor/thing': 'allow' }`. All others are denied. */
  readonly methods: Readonly<Record<string, PassRule>>;
}

/** Who may use the gateway over HTTP. */
export interface HttpAuth {
  /** Tokens of clients, by the client's name, which becomes the calls' `agent`. Compared in constant time. */
  readonly tokens?: Readonly<Record<string, string>> | undefined;
  /** An OAuth authorization server whose JWTs are accepted. */
  readonly oauth?: OAuthConfig | undefined;
}

/** Whose access tokens are accepted, and what is read from them. */
export interface OAuthConfig {
  /** `iss` of every token, exact; `https`, or on this machine. */
  readonly issuer: string;
  /** `aud` of every token: the resource indicator of this gateway (RFC 8707). */
  readonly audience: string;
  /** Where the issuer publishes its keys. */
  readonly jwksUrl: string;
  /** Scopes that every token must have; none by default. */
  readonly scopes?: readonly string[] | undefined;
  /** Claim whose text becomes the calls' `agent`; `client_id`, else `azp`, else `sub` by default. */
  readonly agentClaim?: string | undefined;
  /** Claim whose text becomes the calls' `tenant`; a token without it is then refused. No tenant by default. */
  readonly tenantClaim?: string | undefined;
}

/** Where the gateway serves clients. */
export type ServeConfig = { readonly kind: 'stdio' } | HttpServe;

export interface HttpServe {
  readonly kind: 'http';
  /** `127.0.0.1` by default; any other needs `auth`. */
  readonly host: string;
  readonly port: number;
  /** Path of the endpoint, `/mcp` by default. */
  readonly path: string;
  /** Origins of browsers that may call, exact; none by default. */
  readonly origins: readonly string[];
  /** Names in a request's `Host` header that are answered, besides that of `host` and those of this machine. */
  readonly hosts: readonly string[];
  /** How clients reach the endpoint when something stands in front of it; for the metadata of OAuth. */
  readonly publicUrl?: string | undefined;
  readonly auth?: HttpAuth | undefined;
  /** Bytes of one request. 4 MB by default. */
  readonly maxRequestBytes: number;
  /** Sessions at a time. 100 by default. */
  readonly maxSessions: number;
  /** Milliseconds after which an idle session ends. 30 minutes by default. */
  readonly sessionIdleMs: number;
}

/** Everything that one gateway is told. Checked, with defaults filled in, and frozen. */
export interface GatewayConfig {
  /** Servers by name; names are `[a-z0-9-]`, at most 32 characters. */
  readonly upstreams: Readonly<Record<string, UpstreamConfig>>;
  /** Policy file, as an absolute path. */
  readonly policy: string;
  /** Where clients come in; standard input and output by default. */
  readonly serve: ServeConfig;
  /** What may pass besides calls of tools, resources and prompts; nothing by default. */
  readonly pass: PassRules;
  /** File of the pins; a tool that is not pinned yet is pinned at first sight, unless `pinNew` is false. */
  readonly pinFile: string;
  /** Whether a tool that was never seen is pinned at first sight; true by default. When false it is held. */
  readonly pinNew: boolean;
  /** Folder of the trail. Of a file that says nothing, and without `ENFORCECORE_AUDIT_PATH`, it is `audit_logs` beside it; where absent, the setting holds. */
  readonly auditPath?: string | undefined;
}

import { alnum, base64, hex, lower, Random, upper } from './random.js';
import { uuidOf } from './vendors.js';

/** The right beginning or the right name, and yet no secret. */
export function nearMisses(seed: number): readonly string[] {
  const random = new Random(seed);
  const many = (make: () => string): string[] => Array.from({ length: 6 }, make);
  return [
    ...many(() => `id AKIA${random.of(upper, 11)} end`), ...many(() => `id AKIA${random.of(upper, 20)} end`), ...many(() => `id AKIA${random.of(lower, 16)} end`), 'AKIA' + 'X'.repeat(16),
    ...many(() => `token ghp_${random.of(alnum, 12)} end`), `ghp_${'x'.repeat(36)}`, `ghp_${'0'.repeat(36)}`, 'GITHUB_TOKEN=ghp_your_token_here', 'github_pat_example', ...many(() => `x gh${random.of('abc', 1)}_${random.of(alnum, 36)}`.replace('ghp', 'ghx')),
    'aws_secret_access_key=<your-secret>', 'AWS_SECRET_ACCESS_KEY=${AWS_SECRET}', 'aws_secret_access_key = YOUR_SECRET_KEY', 'secretAccessKey: process.env.AWS_SECRET', 'SecretAccessKey: !Ref Secret', ...many(() => `aws_secret_access_key=${random.of(base64, 12)}`),
    'api_key=YOUR_API_KEY', 'api_key: "your-api-key-here"', 'API_KEY=xxxxxxxxxxxxxxxxxxxxxxxx', 'apiKey = os.getenv("API_KEY")', 'apiKey: config.get("api.key")', 'api_key = settings.API_KEY', 'api-key: {{ .Values.apiKey }}', '<api-key>${api.key}</api-key>',
    'setApiKey("YOUR_API_KEY")', 'setProperty("API_KEY", System.getenv("API_KEY"))', '<add key="ApiKey" value="#{ApiKey}#" />', 'api_key: aaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'apiKey=$(cat /run/secrets/key)', 'API_TOKEN=********', 'api_key="<redacted>"', 'api_key: !vault |',
    'Bearer token', 'Bearer authentication is required', 'Authorization: Bearer <token>', 'Authorization: Bearer ${token}', "f'Bearer {token}'", '`Bearer ${accessToken}`', 'Authorization: Bearer {{access_token}}', 'the bearer of this letter', 'bearerAuth: []', 'Bearer YOUR_ACCESS_TOKEN',
    '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----', `-----BEGIN PUBLIC KEY-----\n${random.of(base64, 64)}\n-----END PUBLIC KEY-----`, '-----BEGIN PGP PUBLIC KEY BLOCK-----', `ssh-rsa AAAAB3${random.of(base64, 80)} me@host`,
    'https://example.com/path', 'https://bob@example.com/', 'http://localhost:8080/a@b', 'https://bob:${PASSWORD}@example.com', 'https://<user>:<password>@example.com', 'https://bob:***@example.com', 'https://x.test/a:b@c', 'ftp://files.example.com:21',
    'postgres://localhost/db', 'mysql://root@localhost/db', 'mongodb://mongo:27017', 'redis://cache:6379/0', '"postgres://%s:%s@%s"', 'postgres://${USER}:${PASS}@db', 'amqp://guest@rabbit', 'postgres://user:<password>@host/db',
    '{"type": "service_account"}', '"private_key_id": "YOUR_KEY_ID"', '"private_key": "<key>"', '{"type": "authorized_user", "client_id": "x"}',
    'AccountKey=<key>', 'AccountName=shop;EndpointSuffix=core.windows.net', `AccountKey=${'x'.repeat(86)}==`, 'DefaultEndpointsProtocol=https', 'SharedAccessKeyName=RootManageSharedAccessKey', 'AccountKey=${STORAGE_KEY}',
    'tokenizer = "bert-base-uncased-2024"', 'max_tokens: 4096', 'next_page_token=CAUQAA12345678901234', `public_key = "${random.of(hex, 64)}"`, `checksum: ${random.of(hex, 64)}`, `"integrity": "sha512-${random.of(base64, 86)}=="`, `etag: "${random.of(hex, 32)}"`,
    `git checkout ${random.of(hex, 40)}`, `commit: ${random.of(hex, 40)}`, `cache_key: ${random.of(hex, 32)}`, `request_id=${uuidOf(random)}`, `user_id: "${random.of(hex, 24)}"`, 'PublicKeyToken=b77a5c561934e089', `docker pull app@sha256:${random.of(hex, 64)}`,
    'sk-toggleable-content-wrapper', 'pk_column_name_primary', 'hf_hub_download_with_cache', 'npm_config_registry_url', 'key-value-store-adapter', 'api-gateway-controller-service', 'live_reload_enabled_by_default', 'test_user_can_log_in_with_token', 's.replaceAllOccurrencesIn', 'SKIP_INTEGRATION_TESTS',
  ];
}

const codeLines: readonly string[] = [
  'const token = await this.tokens.createFor(user);', 'if (password === confirmPassword) return true;', 'export const API_KEY_HEADER = "x-api-key";', 'password: z.string().min(8).max(128),', 'const apiKey = useApiKey();', 'self.key_password = key_password',
  'return jwt.verify(token, publicKey, { algorithms: ["RS256"] });', 'e.password=t.password,e.token=n(r.token)', 'private readonly accessTokenService: AccessTokenService;', 'token: string | undefined;', 'errors.invalid_token = "The token is invalid or has expired."', 'label: "Enter your password",',
  'const secretName = `projects/${project}/secrets/${name}`;', '"forgot_password": "Forgot your password?",', 'function hashPassword(password: string): Promise<string> {', 'passwordInput.value = "";', 'key: "settings.notifications.email"', 'authorization = request.headers.get("authorization")', 'password_handler = HTTPBasicAuthHandler(',
  'const tokens = text.split(/\\s+/);', 'while (tokens[index].type !== TokenType.Semicolon2) index += 1;', 'background: url(data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAUAAAAFCAYAAACNbyblAAAA)', '.btn-primary-outline:hover{color:#1a2b3c;transition:all .2s}', 'import { SecretManagerServiceClient } from "@google-cloud/secret-manager";',
  'secretKeyRef: { name: db-credentials, key: password }', 'hasToken = !!node.token', '$.password = args => {', 'resolved "https://registry.npmjs.org/tslib/-/tslib-2.6.2.tgz#703ac29425e7b37cd6fd456e92404d46d1f3e4ae"', 'uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683', 'class ApiKeyAuthenticationHandlerV2 extends Handler {}',
  'model: "gpt-4o-mini-2024-07-18",', 'region = "us-east-1"', 'version: 1.22.333-beta.4', 'createdAt: "2024-01-15T10:00:00.000Z"', 'const id = "550e8400-e29b-41d4-a716-446655440000";', 'auth: OAuth2PasswordBearer', 'signature => !tsutils.isX(node)', 'sha256sum: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  'We use Mapbox and Algolia; the keys live in the vault.', 'Rotate the API key every 90 days and never share it.', 'The password must be at least 12 characters long.', 'Our datadog dashboards show token usage per customer.', 'See the section on secret scanning for details.', 'She forgot her password again, so the secretary reset it.',
];

/** Lines of code, configuration and documentation that speak of secrets and hold none, in the company they keep. */
export function benignTexts(seed: number): readonly string[] {
  const random = new Random(seed);
  const pairs = Array.from({ length: 160 }, () => `${random.pick(codeLines)}\n${random.pick(codeLines)}`);
  return [...codeLines, ...pairs];
}

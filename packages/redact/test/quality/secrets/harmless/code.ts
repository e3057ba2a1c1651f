import { fill, seeded } from '../random.js';
import type { Harmless } from '../sample.js';

const templates: Readonly<Record<string, string>> = {
  hashes: String.raw`
d41d8cd98f00b204e9800998ecf8427e  empty.txt
{h64}  release-{d1}.{d2}.tar.gz
sha256:{h64}
"integrity": "sha512-{b86}==",
commit {h40}\nAuthor: Ann\n
Merge: {h7} {h7}
index {h7}..{h7} 100644
image: registry.corp.test/shop/api@sha256:{h64}
ETag: "{h32}"
etag: W/"{h6}-{b27}"
"checksum": "{h64}"
"_shasum": "{h40}"
--hash=sha256:{h64} \
h1:{b43}=
github.com/pkg/errors v0.9.1 h1:{b43}=
{g}
"id": "{g}"
request_id={g} status=200
trace_id: {h32} span_id: {h16}
X-Request-Id: {g}
<script src="/app.{h20}.js" integrity="sha384-{b64}"></script>
md5 = "{h32}"
fingerprint: {h40}
build-{h12}.log
revision: {h40}
resolved "https://registry.corp.test/lodash/-/lodash-4.17.21.tgz#{h40}"
Content-MD5: {b22}==
"digest": "sha256:{h64}"`,
  chains: String.raw`
tx 0x{h64} confirmed in block 19000123
"transactionHash": "0x{h64}"
bytes32 public constant MINTER_ROLE = 0x{h64};
"tokenAddress": "0x{h40}"
contract 0x{h40} on mainnet
const USDC = '0x{h40}';
genesis: {h64}
"blockHash": "0x{h64}", "blockNumber": "0x12a05f2"
ipfs://Qm{a44}/metadata.json
keccak256: 0x{h64}`,
  attributes: String.raw`
<li data-key="item-1234567" data-index="7">
<tr data-row-key="5f3e2d1c0b9a8f7e6d5c4b3a">
key="user-list-item-2024-03-01"
"client_id": "{d12}.apps.corp.test"
"client_id": "3MVG9lKcPoNINVBIPJjdw1J9LLM82HnFz"
project_id: {h24}
"_id": { "$oid": "{h24}" }
user_id={h24}
message_id: <{l12}.{d10}@mail.corp.test>
deployment: dpl_{a28}
"price": "price_1{a23}"
"customer": "cus_{a14}", "invoice": "in_1{a23}"
"payment_intent": "pi_3{a23}"
"account": "acct_1{a15}"
G-{u10}
GTM-{u7}
ca-pub-{d16}
AC{h32} is the account, not a key
arn:aws:lambda:eu-west-1:{d12}:function:shop-{l8}
ami-0{h16} vpc-0{h16} subnet-0{h16} sg-0{h16}
projects/shop-prod/locations/eu/keyRings/main/cryptoKeys/orders
/subscriptions/{g}/resourceGroups/shop/providers/Microsoft.Web
password: required|min:8|confirmed
password => bcrypt(password)
"nonce": "{h12}"
"state": "{a16}"`,
  pictures: String.raw`
<img src="data:image/png;base64,iVBORw0KGgoAAAANSUhEUg{b300}==">
background: url(data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP{b40})
src: url(data:font/woff2;base64,d09GMgABAAAAA{b400}) format('woff2')
//# sourceMappingURL=data:application/json;base64,eyJ2ZXJzaW9uIjozLCJ{b200}
"thumbnail": "/9j/4AAQSkZJRgABAQAAAQABAAD{b200}"
"mappings": "AAAA,SAAS,GAAG,CAAC,CAAC;IACV,OAAO,CAAC,CAAC"`,
  manifests: String.raw`
apiVersion: v1\nkind: Secret\nmetadata:\n  name: shop-tokens\ntype: Opaque\n
env:\n  - name: API_KEY\n    valueFrom:\n      secretKeyRef:\n        name: shop-tokens\n        key: api-key\n
envFrom:\n  - secretRef:\n      name: shop-tokens\n
imagePullSecrets:\n  - name: registry-credentials\n
tokenReview:\n  apiVersion: authentication.k8s.io/v1\n
serviceAccountToken:\n  path: token\n  expirationSeconds: 3600\n
secretName: shop-tls-{l5}\n
      password: {{ .Values.db.password | quote }}\n
          key: {{ include "shop.secretKey" . }}\n
variable "db_password" {\n  type = string\n  sensitive = true\n}\n
  password = var.db_password\n
  secret_id = aws_secretsmanager_secret.db.id\n
  token = data.vault_generic_secret.api.data["token"]\n
    password: !vault |\n
env_file: .env\nsecrets:\n  - db_password\n
  db_password:\n    file: ./secrets/db_password.txt\n
POSTGRES_PASSWORD_FILE=/run/secrets/db_password
- uses: actions/checkout@{h40}
  with:\n    token: ${'$'}{{ secrets.DEPLOY_TOKEN }}\n
password_policy:\n  min_length: 12\n  max_age_days: 90\n`,
  types: String.raw`
  password: BinaryLike,
  salt: BinaryLike, keylen: number, callback: (err: Error | null, derivedKey: Buffer) => void): void;
export declare const password: RegExp;
readonly secret: KeyLike | Uint8Array;
token: vscode.CancellationToken
accessToken?: string | (() => Promise<string>);
type Token = { kind: TokenKind; start: number; end: number };
function sign(secret: Secret, payload: object): string;
private final SecretKey key;
public TokenResponse refresh(RefreshToken token) throws AuthException {
fn verify(token: &str, secret: &[u8]) -> Result<Claims, Error> {
func NewClient(apiKey string, secret []byte) *Client {
apiKey: keyof typeof keys;
def __init__(self, api_key: Optional[str] = None, secret: SecretStr = Field(...)):
password: Annotated[str, Form()]
password = serializers.CharField(write_only=True)
secret: Buffer.from(options.secret, 'base64'),
const key: CryptoKey = await crypto.subtle.importKey('raw', bytes, algorithm, false, ['sign']);
export const IS_STRONG_PASSWORD = "isStrongPassword";
c.setRsaPrivateKey=c.rsa.setPrivateKey=function(e,t){return e}
user_pass = '%s:%s' % (user, pw)
getPrivateKey:e.getPrivateKey||null,getSignature:e.getSignature||null
:param key: Ed448PrivateKey|Ed448PublicKey
self.key_password = key_password
authorization = authorization.split()
const hasToken = !!node.exclamationToken;
prompts.password = args => toPrompt('TextPrompt', args);
const secret = await vault.read(path).then((found) => found.data);
token = request.headers.get("authorization", "").removeprefix("Bearer ")
val token = intent.getStringExtra(EXTRA_TOKEN) ?: return
guard let token = keychain["token"] else { return }
$token = bin2hex(random_bytes(32));
token, err := jwt.ParseWithClaims(raw, &claims, keyFunc)
let secret = std::env::var("APP_SECRET").expect("APP_SECRET is set");
string token = await tokenProvider.GetTokenAsync(scopes, cancellationToken);`,
  source: String.raw`
const token = tokenizer.next();
let token = lexer.peekToken(offset);
if (token === undefined) return null;
token: Token;
password: string;
readonly password?: string | undefined;
password = models.CharField(max_length=128)
password = forms.CharField(widget=forms.PasswordInput)
def check_password(self, password: str) -> bool:
self.password = password
this.secret = options.secret ?? generateSecret();
const { password, ...rest } = user;
passwordHash: await bcrypt.hash(password, 12),
expect(result.token).toBeDefined();
expect(screen.getByLabelText('Password')).toBeVisible();
primary_key=True
sort_key = lambda item: item.name
foreignKey: 'user_id'
cacheKey = 'user-profile-settings-v2'
queryKey: ['users', 'list', page]
<input type="password" name="password" autocomplete="current-password">
<label for="api-key">API key</label>
public static final String TOKEN_HEADER = "X-Auth-Token";
const PASSWORD_RESET_PATH = '/account/password/reset';
token_type: "bearer"
"token_endpoint": "https://login.corp.test/oauth2/token"
grant_type=client_credentials&scope=read
secretsmanager.getSecretValue({ SecretId: 'shop/db' })
export const AUTH_TOKEN_KEY = 'auth_token';
localStorage.setItem('accessToken', response.accessToken);
String password = System.getenv("DB_PASSWORD");
password := os.Getenv("DB_PASSWORD")
$password = $_POST['password'];
password: Joi.string().min(8).required(),
z.object({ email: z.string(), password: z.string().min(12) })
case TokenKind.OpenBrace: return this.parseBlock();
var keyCode = event.keyCode || event.which;
for (const [key, value] of Object.entries(secrets)) {
const secret = crypto.randomBytes(32).toString('hex');
.token.keyword { color: #{h6}; }
.password-field::after { content: "\201C"; }
--primary-key-color: #{h6};
CREATE TABLE tokens (id uuid PRIMARY KEY, secret text NOT NULL);
SELECT token, expires_at FROM sessions WHERE user_id = $1;
ALTER ROLE app WITH PASSWORD :'password';
!function(e,t){"use strict";var n=e.token,r=t.key;n&&r(n)}(window,document);
e.password=t.password,e.token=n(t.token),e.key=r.keyFor(t)
const key = ${'`'}${'$'}{prefix}:${'$'}{id}${'`'};
key: "settings.security.password.label"
"passwordPlaceholder": "Enter your password"
"auth.token.expired": "Your token has expired, please sign in again."
"reset_password": "Forgot your password?"
msgid "password"\nmsgstr "mot de passe"
error.token.invalid=Das Token ist abgelaufen.
"secret": "Geheimnis"
import { TokenService } from './token.service';
@Inject(TOKEN_REPOSITORY) private readonly tokens: TokenRepository,
print(f"token: {token[:4]}...")
logger.debug("token=%s", mask(token))
assert_eq!(parser.next_token(), Some(Token::Ident));
#define TOKEN_MAX_LENGTH 256
max_tokens: 4096,
"prompt_tokens": 1{d3}, "completion_tokens": 2{d2}
tokenizer = AutoTokenizer.from_pretrained("bert-base-uncased")
password: "********"
password = getpass.getpass("Password: ")
read -rs -p "Password: " DB_PASSWORD
export DB_PASSWORD="$(vault kv get -field=password secret/db)"
git config --global credential.helper store
ssh-add ~/.ssh/id_ed25519
keytool -genkeypair -alias shop -keyalg RSA -keysize 2048
npm config set //registry.corp.test/:_auth{z0}Token=${'$'}{NPM_TOKEN}
"devDependencies": { "jsonwebtoken": "^9.0.2", "keypair": "^1.0.4" }
"publicKeyToken": "b77a5c561934e089"
<PublicKeyToken>b03f5f7f11d50a3a</PublicKeyToken>
Version=4.0.0.0, Culture=neutral, PublicKeyToken=31bf3856ad364e35
"client_id": "{d12}-shop.apps.corp.test"
ga('create', 'UA-{d8}-1', 'auto');
data-sitekey="demo-site-key"
keyframes-token-pulse-animation-1`,
};

/** Lines of sources, settings, lock files and pages without anything to hide. */
export function harmlessCode(seed: string): readonly Harmless[] {
  const random = seeded(`${seed} code`);
  return Object.entries(templates).flatMap(([group, text]) =>
    text.trim().split('\n').flatMap((line) => [1, 2, 3].map(() => ({ group, label: line.slice(0, 40), text: fill(line.replaceAll(String.raw`\n`, '\n'), random) }))),
  );
}

import { fill, seeded } from '../random.js';
import type { Harmless } from '../sample.js';

const rule = '-'.repeat(5);

/** What looks like a secret of a kind at first sight and is none: wrong length, wrong letters, a reference, an example. */
const lines: Readonly<Record<string, string>> = {
  aws_access_key: String.raw`
AKIA{t12}
AKIA{u24}
akia{z16}
AKIA{z16}
XAKIA{t16}
aws_access_key_id = ${'$'}{AWS_ACCESS_KEY_ID}
aws_access_key_id = <your access key id>
AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE
AWS_ACCESS_KEY_ID=AKIAXXXXXXXXXXXXXXXX
AWS_ACCESS_KEY_ID: {{ .Values.aws.accessKeyId }}
Access keys that begin with AKIA are long-term, those with ASIA are temporary.
const prefixes = ['AKIA', 'ASIA', 'ABIA', 'ACCA'];
/AKIA[0-9A-Z]{16}/
AROA{t17}
AIDA{t17}
arn:aws:iam::{d12}:user/deploy
process.env.AWS_ACCESS_KEY_ID
The flight ASIA2026 leaves at noon.
ASIA-PACIFIC-REGION-2026
aws_access_key_id = data.aws_iam_access_key.deploy.id`,
  aws_secret_key: String.raw`
aws_secret_access_key = ${'$'}{AWS_SECRET_ACCESS_KEY}
aws_secret_access_key = os.environ["AWS_SECRET_ACCESS_KEY"]
aws_secret_access_key = <secret>
AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
AWS_SECRET_ACCESS_KEY=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
AWS_SECRET_ACCESS_KEY=
aws_secret_access_key: str
secret_key = settings.SECRET_KEY
secret_key: Optional[str] = None
commit {h40}
sha1: {h40}
"integrity": "sha1-{b27}="
SecretAccessKey: !GetAtt DeployKey.SecretAccessKey
aws_secret_access_key = var.aws_secret_access_key
The secret access key is shown once, when it is created.
"SecretAccessKey": { "type": "string", "minLength": 40 }
def set_secret_key(self, secret_key):
secret_key = get_secret_key(region)
secretKeyRef: { name: aws, key: secret-access-key }
path/to/{l8}/{l8}/{l10}/{l8}`,
  github_token: String.raw`
ghp_
ghp_{a10}
ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
ghp_***
GITHUB_TOKEN=${'$'}{{ secrets.GITHUB_TOKEN }}
token: ${'$'}{{ github.token }}
GITHUB_TOKEN: $GITHUB_TOKEN
GITHUB_TOKEN=<your token>
GITHUB_TOKEN=your_github_token_here
const token = process.env.GITHUB_TOKEN;
Personal access tokens begin with ghp_ and are 40 characters long.
if (token.startsWith('ghp_')) return 'classic';
/gh[pousr]_[A-Za-z0-9]{36}/
ghost_{z8}_{z6}
gho_st_town
github_pat_
github_pattern_matching_service_worker
echo "$GITHUB_TOKEN" | docker login ghcr.io -u bot --password-stdin
https://github.com/shop/api/commit/{h40}
sha: {h40}`,
  generic_api_key: String.raw`
api_key = os.environ["API_KEY"]
api_key=${'$'}{API_KEY}
apiKey: process.env.API_KEY
api_key: string
api_key = None
"api_key": "YOUR_API_KEY"
api_key = "your-api-key-here"
api_key="xxxxxxxxxxxxxxxxxxxxxxxx"
API_KEY=changeme
API_KEY=<api key>
api_key = "aaaaaaaaaaaaaaaaaaaaaaaa"
api_key: "{{ vault_api_key }}"
apiKey = config.get('service.apiKey')
const apiKey = useApiKey();
apiKey={apiKey}
api_key_name = "production"
The api_key: a string of 32 characters.
api_key: true
"apiKey": { "$ref": "#/components/securitySchemes/ApiKeyAuth" }
apiKeyHeader: "X-Api-Key"
api_token_count = 3
apikey.length === 32
api_secret = await secrets.get("service/api")
API_KEY = "******************"
api_key = "test"
def rotate(api_key: str, grace_period_minutes: int) -> None:
api_key = self.api_key_repository.find_active_key(user)
"apiKeyRequired": false
placeholder="Enter your API key"
api_keys: [primary, secondary]`,
  bearer_token: String.raw`
the bearer of good news
Bearer <token>
Authorization: Bearer <token>
Authorization: Bearer ${'$'}{token}
Authorization: Bearer {{access_token}}
Authorization: Bearer YOUR_ACCESS_TOKEN
"Authorization": "Bearer " + token
Authorization: Bearer $TOKEN
headers.Authorization = ${'`'}Bearer ${'$'}{accessToken}${'`'}
Bearer authentication is required for this endpoint.
WWW-Authenticate: Bearer realm="api"
bearer token authentication
load-bearer construction permit
Authorization: Bearer xxxxxxxx
type: http, scheme: bearer
bearerFormat: JWT
The standard bearer carried the flag through the gate.
if (!header.startsWith('Bearer ')) throw unauthorized();
Bearer tokens expire after 3600 seconds.
'Authorization': f'Bearer {token}'
bearer_token = get_bearer_token()
Bearer ********
Bearer [REDACTED]
security: - bearerAuth: []`,
  private_key: String.raw`
${rule}BEGIN PUBLIC KEY${rule}\nMIIB{b60}\n{b64}\n${rule}END PUBLIC KEY${rule}
${rule}BEGIN CERTIFICATE${rule}\nMIID{b60}\n{b64}\n${rule}END CERTIFICATE${rule}
${rule}BEGIN RSA PUBLIC KEY${rule}\nMIIB{b60}\n${rule}END RSA PUBLIC KEY${rule}
${rule}BEGIN PGP PUBLIC KEY BLOCK${rule}\n\n{b64}\n${rule}END PGP PUBLIC KEY BLOCK${rule}
${rule}BEGIN PGP SIGNATURE${rule}\n\n{b64}\n${rule}END PGP SIGNATURE${rule}
${rule}BEGIN CERTIFICATE REQUEST${rule}\n{b64}\n${rule}END CERTIFICATE REQUEST${rule}
${rule}BEGIN DH PARAMETERS${rule}\n{b64}\n${rule}END DH PARAMETERS${rule}
private_key_path = "/etc/ssl/private/server.key"
private_key: str
privateKey: fs.readFileSync('server.key')
private_key = rsa.generate_private_key(65537, 2048)
The private key never leaves the device.
openssl genrsa -out private_key.pem 2048
PRIVATE_KEY_FILE=./keys/server.pem
privateKey: { type: 'string' }
ssl_certificate_key /etc/nginx/server.key;
#privateKey = null;`,
  ssh_private_key: String.raw`
ssh-rsa AAAAB3NzaC1yc2E{b300} ann@laptop
ssh-ed25519 AAAAC3NzaC1lZDI1NTE5{b44} deploy
ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABB{b86}= root@host
SHA256:{b43} ann@laptop (ED25519)
IdentityFile ~/.ssh/id_ed25519
ssh-keygen -t ed25519 -C "ann@laptop"
MD5:{h2}:{h2}:{h2}:{h2}:{h2}:{h2}:{h2}:{h2}
SSH_PRIVATE_KEY: ${'$'}{{ secrets.SSH_PRIVATE_KEY }}
ssh_private_key_file = ~/.ssh/id_rsa
ansible_ssh_private_key_file=/etc/ansible/keys/id_rsa
chmod 600 ~/.ssh/id_rsa
The OPENSSH format replaced PEM in version 7.8.`,
  password_in_url: String.raw`
https://user@git.corp.test/shop/api.git
https://git.corp.test:8443/shop
https://user:${'$'}{PASSWORD}@git.corp.test/
https://user:<password>@git.corp.test/
https://user:***@git.corp.test/
https://user:password@host/path
https://api.corp.test/users/@ann:7
https://corp.test/a?at=7&x=1:2
http://localhost:3000/@scope/package
https://cdn.corp.test/npm/vue@3.4.21/dist/vue.js
https://user:xxxx@git.corp.test
ssh://git@git.corp.test:22/shop/api.git
https://medium.corp.test/@ann/a-story-{h12}
https://{{user}}:{{password}}@git.corp.test
http://[2001:db8::1]:8080/path
https://maps.corp.test/place/@52.52,13.40,15z`,
  database_connection_string: String.raw`
postgres://localhost:5432/shop
postgres://app@db.corp.test/shop
postgres://user:password@localhost/db
postgresql://${'$'}{DB_USER}:${'$'}{DB_PASSWORD}@${'$'}{DB_HOST}/shop
mongodb://localhost:27017
redis://cache.corp.test:6379/0
mysql://<user>:<password>@<host>/<database>
mongodb+srv://USERNAME:PASSWORD@cluster0.abcde.mongodb.test
jdbc:postgresql://db.corp.test:5432/shop
amqp://localhost
DATABASE_URL=$DATABASE_URL
database_url: sqlite:///shop.db
"postgres://%s:%s@%s:%d/%s"
f"postgresql://{user}:{password}@{host}/{name}"
Server=db;Database=shop;Trusted_Connection=True;
url = "jdbc:h2:mem:test"`,
  gcp_service_account: String.raw`
"type": "service_account"
"type": "authorized_user", "client_id": "{d12}.apps.googleusercontent.test"
"private_key_id": "<key id>"
"private_key_id": "${'$'}{KEY_ID}"
"private_key_id": ""
"commit_id": "{h40}"
GOOGLE_APPLICATION_CREDENTIALS=/etc/gcp/service-account.json
service account deploy of project shop-prod
private_key_id = google_service_account_key.deploy.id
"type": "service_account", "project_id": "shop-prod"
serviceAccountName: deploy
"private_key_id": "your-private-key-id"`,
  azure_connection_string: String.raw`
AccountName=shopfiles;AccountKey=<your account key>
AccountKey=${'$'}{AZURE_KEY}
DefaultEndpointsProtocol=https;AccountName=shop;EndpointSuffix=core.windows.net
accountNameLabel = "Name of the account"
const accountKey = getAccountKey(name);
Endpoint=sb://shop.servicebus.windows.net/
UseDevelopmentStorage=true
SharedAccessKeyName=RootManageSharedAccessKey
AccountName: string; AccountKey: string
https://shop.blob.core.windows.net/public/logo.png
sharedAccessKeyPolicy: { name: 'send' }
AccountKey=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx==
InstrumentationKey={g};IngestionEndpoint=https://westeurope-1.in.applicationinsights.azure.com/`,
};

/** Every line with fresh values, twice. */
export function nearMisses(seed: string): readonly Harmless[] {
  const random = seeded(`${seed} near`);
  return Object.entries(lines).flatMap(([group, text]) =>
    text.trim().split('\n').flatMap((line) => [1, 2].map(() => ({ group, label: line.slice(0, 40), text: fill(line.replaceAll(String.raw`\n`, '\n'), random) }))),
  );
}

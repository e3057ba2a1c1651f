import { describe, expect, it } from '@jest/globals';
import { Redactor } from '../redactor.js';

const redactor = new Redactor({ categories: [] });
const random = 'q7Rk2Zp9Xv4Lm1Tb8Nc5Wd3Hg6Jf0SyAeUiOoPqRsTuVwXyZaBcDeFgHiJkLmNoPq';
const hex = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
const upper = 'Q7RK2ZP9XV4LM1TB8NC5WD3HG6JF0SYAEUIOOPQRS';
const of = (prefix: string, body: string, size: number): string => prefix + body.repeat(4).slice(0, size);

/** Built from pieces, so that no scanner takes this file for a leak. */
const tokens: readonly (readonly [string, string])[] = [
  ['aws_access_key', of('AKIA', upper, 16)], ['aws_access_key', of('ASIA', upper, 16)], ['aws_access_key', 'AKIA' + 'IOSFODNN7EXAMPLE'],
  ...['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'].map((prefix) => ['github_token', of(prefix, random, 36)] as const),
  ['github_token', of('github_pat_', random, 22) + '_' + of('', random, 59)], ['gitlab_token', of('glpat-', random, 20)], ['gitlab_token', of('gldt-', random, 20)],
  ['openai_key', of('sk-', random, 48)], ['openai_key', of('sk-proj-', random, 120)], ['openai_key', of('sk-svcacct-', random, 60)], ['openai_key', of('sk-', hex, 32)],
  ['anthropic_key', of('sk-ant-api03-', random, 93)], ['openrouter_key', of('sk-or-v1-', hex, 64)], ['stripe_key', of('sk_live_', random, 24)],
  ['stripe_key', of('rk_test_', random, 24)], ['stripe_key', of('whsec_', random, 32)], ['slack_token', `xoxb-123456789012-1234567890123-${of('', random, 24)}`],
  ['slack_token', `xapp-1-A0123456789-1234567890123-${of('', hex, 64)}`], ['google_api_key', of('AIza', random, 35)], ['google_oauth_token', of('GOCSPX-', random, 28)],
  ['google_oauth_token', of('ya29.', random, 60)], ['npm_token', of('npm_', random, 36)], ['pypi_token', of('pypi-AgEIcHlwaS5vcmc', random, 60)],
  ['huggingface_token', of('hf_', 'qRkZpXvLmTbNcWdHgJfSyAeUiOoPqRsTuV', 34)], ['sendgrid_key', `${of('SG.', random, 22)}.${of('', random, 43)}`], ['twilio_key', of('SK', hex, 32)],
  ['shopify_token', of('shpat_', hex, 32)], ['digitalocean_token', of('dop_v1_', hex, 64)], ['databricks_token', of('dapi', hex, 32)],
  ['telegram_bot_token', `123456789:${of('AA', random, 33)}`], ['discord_token', `${of('M', random, 23)}.${of('', random, 6)}.${of('', random, 38)}`],
  ['mailgun_key', of('key-', hex, 32)], ['vault_token', of('hvs.', random, 90)], ['linear_key', of('lin_api_', random, 40)], ['notion_token', of('ntn_', random, 46)],
  ['airtable_token', `${of('pat', random, 14)}.${of('', hex, 64)}`], ['atlassian_token', of('ATATT3', random, 180)], ['docker_token', of('dckr_pat_', random, 27)],
  ['newrelic_key', of('NRAK-', upper, 27)], ['grafana_token', of('glsa_', random, 32)], ['postman_key', `${of('PMAK-', hex, 24)}-${of('', hex, 34)}`],
  ['rubygems_key', of('rubygems_', hex, 48)], ['square_token', of('sq0atp-', random, 22)], ['groq_key', of('gsk_', random, 52)], ['replicate_token', of('r8_', random, 37)],
  ['perplexity_key', of('pplx-', random, 48)], ['xai_key', of('xai-', random, 80)], ['langsmith_key', `${of('lsv2_pt_', hex, 32)}_${of('', hex, 10)}`],
  ['supabase_token', of('sbp_', hex, 40)], ['netlify_token', of('nfp_', random, 36)], ['figma_token', of('figd_', random, 40)], ['doppler_token', of('dp.pt.', random, 43)],
  ['age_secret_key', of('AGE-SECRET-KEY-1', upper, 58)], ['azure_client_secret', `${of('', random, 3)}8Q~${of('', random, 34)}`],
  ['jwt', `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.${of('', random, 43)}`], ['jwt', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiIxMjM0NTY3ODkwIn0.'],
];

const key = of('', random, 32);
const awsSecret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
/** A text, the part that must go, and what it is. */
const assigned: readonly (readonly [string, string, string])[] = [
  ['aws_secret_key', `AWS_SECRET_ACCESS_KEY=${awsSecret}`, awsSecret], ['aws_secret_key', `aws_secret_access_key = ${awsSecret}`, awsSecret],
  ['aws_secret_key', `"SecretAccessKey": "${awsSecret}"`, awsSecret], ['aws_secret_key', `secret_key: '${awsSecret}'`, awsSecret],
  ['generic_api_key', `API_KEY=${key}`, key], ['generic_api_key', `"api_key": "${key}"`, key], ['generic_api_key', `api-key: ${key}`, key],
  ['generic_api_key', `apiKey: '${key}',`, key], ['generic_api_key', `X-Api-Key: ${key}`, key], ['generic_api_key', `MY_SERVICE_TOKEN="${key}"`, key],
  ['generic_api_key', `{\\"client_secret\\":\\"${key}\\"}`, key], ['generic_api_key', `https://x.io/?a=1&access_token=${key}&b=2`, key],
  ['generic_api_key', `config["secret_key"] = "${key}"`, key], ['generic_api_key', `--api-token ${key}`, key], ['generic_api_key', `refresh_token => '${key}'`, key],
  ['generic_api_key', `SECRET_KEY_BASE=${key}`, key], ['generic_api_key', `The API key: ${key}`, key], ['generic_api_key', `apiKey: string = "${key}"`, key], ['generic_api_key', `Authorization: Token ${key}`, key],
  ['password', 'password=hunter2', 'hunter2'], ['password', 'password: "correct horse battery"', 'correct horse battery'], ['password', 'DB_PASSWORD=s3cr3t!', 's3cr3t!'],
  ['password', '"password": "P@ss;w0rd&x"', 'P@ss;w0rd&x'], ['password', "PGPASSWORD='a b c'", 'a b c'], ['password', 'Server=db;User Id=sa;Password=Str0ng!;', 'Str0ng!'],
  ['password', 'spring.datasource.password=swordfish', 'swordfish'], ['password', 'mysql --password hunter22', 'hunter22'], ['password', 'passphrase: swordfish', 'swordfish'],
  ['password', 'The password: hunter2 is old', 'hunter2'], ['password', 'pwd="a\\"b"', 'a\\"b'],
  ['bearer_token', `Authorization: Bearer ${key}`, key], ['bearer_token', `AUTHORIZATION: BEARER ${key}`, key], ['bearer_token', `curl -H "authorization: bearer ${key}"`, key],
  ['bearer_token', `"Authorization": "Bearer ${key}"`, key], ['bearer_token', `use Bearer ${key} here`, key], ['bearer_token', 'Authorization: Bearer abc123', 'abc123'],
  ['basic_auth', 'Authorization: Basic dXNlcjpodW50ZXIy', 'dXNlcjpodW50ZXIy'],
  ['password_in_url', 'https://user:hunter2@example.com/x', 'user:hunter2'], ['password_in_url', 'ftp://bob:pa%40ss@files.example.com', 'bob:pa%40ss'],
  ['password_in_url', 'https://user:pa/ss@example.com/', 'user:pa/ss'], ['password_in_url', 'https://u:p@ss@example.com/', 'u:p@ss'],
  ['database_connection_string', 'DATABASE_URL=postgres://u:pw@db.example.com:5432/app?ssl=true', 'postgres://u:pw@db.example.com:5432/app?ssl=true'],
  ['database_connection_string', 'redis://:pw12@cache:6379/0', 'redis://:pw12@cache:6379/0'], ['database_connection_string', 'mongodb+srv://u:pw@c0.x.mongodb.net/db', 'mongodb+srv://u:pw@c0.x.mongodb.net/db'],
  ['database_connection_string', '"postgresql+asyncpg://u:pw@h/db"', 'postgresql+asyncpg://u:pw@h/db'], ['database_connection_string', 'mssql://sa:Pw1@h', 'mssql://sa:Pw1@h'],
  ['azure_connection_string', `DefaultEndpointsProtocol=https;AccountName=x;AccountKey=${of('', random, 86)}==;EndpointSuffix=core.windows.net`, `${of('', random, 86)}==`],
  ['azure_connection_string', `Endpoint=sb://x.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey=${of('', random, 43)}=`, `${of('', random, 43)}=`],
  ['gcp_service_account', `{"private_key_id": "${hex.slice(0, 40)}", "type": "service_account"}`, hex.slice(0, 40)],
  ['slack_token', `https://hooks.slack.com/services/T00000000/B00000000/${of('', random, 24)}`, `T00000000/B00000000/${of('', random, 24)}`],
];

const clean: readonly string[] = [
  'the bearer of news', 'Bearer authentication is required', 'bearer token', 'accountNameLabel = "Your account"', 'AccountName: required', 'password: required', 'password: string;',
  'password: ********', 'PASSWORD=${DB_PASSWORD}', 'password = getPassword()', 'password: process.env.DB_PASSWORD', 'const password = req.body.password;', 'password=<your-password>',
  'api_key=YOUR_API_KEY', 'api_key = "your-api-key-here"', 'API_KEY=xxxxxxxxxxxxxxxxxxxx', 'api_key: changeme', 'token: {{ secrets.TOKEN }}', 'secret: $SECRET', 'password: "<redacted>"',
  'Enter your password: please try again', 'Password must be at least 8 characters', 'if (password === "") return', 'token_type: bearer', 'max_tokens: 4096', 'next_page_token=abcdef1234567890abcd',
  'tokenizer = "bert-base-uncased"', 'public_key=abcdef1234567890abcdef', 'primary_key: user_id_1234567890', 'keyboard: qwerty1234567890abc', 'monkey=abcdef1234567890abcd', 'secret garden',
  'const token = createAccessTokenForUser;', 'token = "some_identifier_name_here"', 'auth: OAuth2PasswordBearer', 'apiKey: config.get("apiKey")', 'https://example.com:8080/path', 'https://example.com/@user',
  'https://user@example.com/', 'http://localhost:3000/a:b@c', 'postgres://localhost/db', 'postgres://user@localhost/db', 'redis://cache:6379', 'https://user:${PASSWORD}@example.com', 'https://$USER:$PASS@example.com',
  '-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A\n-----END PUBLIC KEY-----', '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----', 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMq',
  'sk-learn', 'sk-toggleable-content', 'ghp_short', 'AKIA', 'eyJ', 'xoxo-hugs', 'npm_config_registry', 'hf_hub_download', 'SK1234', 'dapi', 'pat-a-cake', 'key-value', 'M.N.O',
  'e83c5163316f89bfbde7d9ab23ca2e25604af290', '550e8400-e29b-41d4-a716-446655440000', 'sha512-9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08==', 'class="btn btn-primary-outline-large"',
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAUAAAAFCAYAAACNbyblAAAAHElEQVQI12P4//8/w38GIAXDIBKE0DHxgljNBAAO9TXL0Y4OHwAAAABJRU5ErkJggg==', 'idempotency_key: 550e8400-e29b-41d4-a716-446655440000',
  'Basic usage of the library', 'key: value', 'author: John', 'signature: (a: string) => void', 'token: null', 'secret: true', 'pass: 12, fail: 3', 'compass: north', 'bypass=1',
];

describe('secrets', () => {
  it.each(tokens)('hides %s %s whole', (category, value) => {
    const text = `x = f('${value}'), then`;

    expect(redactor.detect(text)).toEqual([{ kind: 'secret', category, start: 7, end: 7 + value.length }]);
  });

  it.each(assigned)('hides the %s in %s and nothing else', (category, text, value) => {
    const start = text.indexOf(value);

    expect(redactor.detect(text)).toEqual([{ kind: 'secret', category, start, end: start + value.length }]);
  });

  it.each(clean)('leaves %s alone', (text) => {
    expect(redactor.detect(text)).toEqual([]);
  });

  it('names a token by its format, not by the name before it', () => {
    for (const [category, value] of tokens.slice(0, 7)) {
      for (const text of [`AWS_ACCESS_KEY_ID=${value}`, `{"api_key": "${value}"}`]) expect(redactor.detect(text).map((finding) => finding.category)).toEqual([category]);
    }
  });

  it('says what kind of key block it hides', () => {
    const block = (label: string): string => `-----BEGIN ${label}-----\nMIIEow\nabc+/=\n-----END ${label}-----`;

    expect(redactor.redact(`a ${block('RSA PRIVATE KEY')} b`).text).toBe('a <PRIVATE_KEY> b');
    expect(redactor.redact(`a ${block('OPENSSH PRIVATE KEY')} b`).text).toBe('a <SSH_PRIVATE_KEY> b');
    expect(redactor.redact(`a ${block('PGP PRIVATE KEY BLOCK')} b`).text).toBe('a <PRIVATE_KEY> b');
    expect(redactor.redact(`a ${block('ENCRYPTED PRIVATE KEY')} b`).text).toBe('a <PRIVATE_KEY> b');
  });

  it('hides a key block on one line of JSON', () => {
    const line = '{"private_key": "-----BEGIN PRIVATE KEY-----\\nMIIEvQ\\nabc=\\n-----END PRIVATE KEY-----\\n", "x": 1}';

    expect(redactor.redact(line).text).toBe('{"private_key": "<PRIVATE_KEY>\\n", "x": 1}');
  });

  it('hides a key block that was cut off, up to the prose after it', () => {
    const body = `${of('', random, 64)}\n${of('', random, 64)}`;

    expect(redactor.redact(`see -----BEGIN RSA PRIVATE KEY-----\n${body}\nand this stays`).text).toBe('see <PRIVATE_KEY>\nand this stays');
    expect(redactor.redact(`see -----BEGIN RSA PRIVATE KEY-----\n${body}`).text).toBe('see <PRIVATE_KEY>');
  });

  it('takes its own placeholder for no name of what follows', () => {
    expect(redactor.detect('<API_KEY>: 5551234567https')).toEqual([]);
  });

  it('takes what stands before an equals sign for a name', () => {
    expect(redactor.detect('servicebus='.repeat(3000))).toEqual([]);
  });

  it('hides only what is asked for', () => {
    const one = new Redactor({ categories: [], secretCategories: ['password'] });

    expect(one.redact(`password=hunter2 ${of('ghp_', random, 36)}`).text).toBe(`password=<PASSWORD> ${of('ghp_', random, 36)}`);
    expect(new Redactor({ secrets: false }).redact('password=hunter2').text).toBe('password=hunter2');
  });
});

import { forms, spelled } from './forms.js';
import { alnum, base64, hex, Random, upper, word } from './random.js';

/** A text, the secret in it, and the category it belongs to. */
export interface Sample {
  readonly category: string;
  readonly text: string;
  readonly value: string;
  readonly form: string;
}

/** A value in every form, under each of the names in turn. */
function written(category: string, names: readonly (readonly string[])[], make: () => string): Sample[] {
  return Object.entries(forms).map(([form, write], k) => {
    const value = make();
    return { category, form, value, text: write(spelled(...(names[k % names.length] ?? [])), value) };
  });
}

function plain(category: string, form: string, value: string, text: string): Sample {
  return { category, form, value, text };
}

function pem(label: string, random: Random, end = true): string {
  const body = Array.from({ length: 6 }, () => random.of(base64, 64)).join('\n');
  return `-----BEGIN ${label}-----\n${body}\n${random.of(base64, 30)}==${end ? `\n-----END ${label}-----` : ''}`;
}

function keyBlocks(category: string, labels: readonly string[], random: Random): Sample[] {
  return labels.flatMap((label) => {
    const whole = pem(label, random);
    const escaped = pem(label, random).replaceAll('\n', '\\n');
    const cut = pem(label, random, false);
    const windows = pem(label, random).replaceAll('\n', '\r\n');
    return [
      plain(category, 'block', whole, `key:\n${whole}\nnext: 1\n`), plain(category, 'one line', escaped, `{"key": "${escaped}"}`),
      plain(category, 'cut off', cut, `log: ${cut}`), plain(category, 'windows', windows, `${windows}\r\n`), plain(category, 'call', whole, `load(\`${whole}\`)`),
    ];
  });
}

function gcp(random: Random): Sample[] {
  return Array.from({ length: 20 }, (_, k) => {
    const id = random.of(hex, 40);
    const fields = ['"type": "service_account"', `"private_key_id": "${id}"`, '"project_id": "shop-prod"', '"client_email": "svc@shop-prod.iam.example.com"'];
    const turned = [...fields.slice(k % 4), ...fields.slice(0, k % 4)];
    return plain('gcp_service_account', 'json', id, k % 2 === 0 ? `{ ${turned.join(', ')} }` : `{\n  ${turned.join(',\n  ')}\n}`);
  });
}

function connections(random: Random): Sample[] {
  const schemes = ['postgres', 'postgresql', 'mysql', 'mongodb', 'mongodb+srv', 'redis', 'rediss', 'amqp', 'mssql', 'postgresql+psycopg2', 'mysql+pymysql', 'mariadb'];
  return schemes.flatMap((scheme) => {
    const password = random.of(`${alnum}!$*`, 12);
    const uri = `${scheme}://app:${password}@db.corp.test:5432/shop`;
    return [`DATABASE_URL=${uri}`, `url: "${uri}"`, `connect('${uri}')`, `see ${uri} for it`, `<url>${uri}</url>`].map((text) => plain('database_connection_string', scheme, password, text));
  });
}

function azure(random: Random): Sample[] {
  return Array.from({ length: 12 }, (_, k) => {
    const key = `${random.of(base64, 86)}==`;
    const fields = ['DefaultEndpointsProtocol=https', 'AccountName=shop', `AccountKey=${key}`, 'EndpointSuffix=core.windows.net'];
    const turned = [...fields.slice(k % 4), ...fields.slice(0, k % 4)].join(';');
    return plain('azure_connection_string', 'fields', key, k % 3 === 0 ? `"conn": "${turned}"` : `CONN=${turned}`);
  }).concat(Array.from({ length: 8 }, () => {
    const key = `${random.of(base64, 43)}=`;
    return plain('azure_connection_string', 'bus', key, `Endpoint=sb://shop.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey=${key};EntityPath=q`);
  }));
}

function bearers(random: Random): Sample[] {
  const writings = ['Authorization: Bearer V', 'authorization: bearer V', '"Authorization": "Bearer V"', "curl -H 'Authorization: Bearer V' https://x.test", 'headers["Authorization"] = "Bearer V"', 'AUTH="Bearer V"', 'send Bearer V please', '`Bearer V`'];
  return writings.flatMap((text) => [random.of(alnum, 32), random.of(word, 43), `${random.of(alnum, 20)}.${random.of(word, 30)}`].map((value) => plain('bearer_token', text, value, text.replace('V', value))));
}

function urls(random: Random): Sample[] {
  return ['https://bob:V@example.com/x', 'http://bob:V@10.0.0.1:8080', 'ftp://bob:V@files.example.com', 'git clone https://bob:V@git.example.com/a.git', '"proxy": "http://bob:V@proxy:3128"', "url='https://bob:V@h.test/?a=1'"].flatMap((text) =>
    [random.of(alnum, 10), random.of(alnum, 20), 'hunter2', `p${random.of(alnum, 4)}!x`].map((value) => plain('password_in_url', text, value, text.replace('V', value))));
}

const around = ['V', 'key V', '"V"', "token: 'V',", 'KEY=V', '<k>V</k>', 'f(V)', 'a,V,b', 'https://x.test/?k=V&z=1', '{"k":"V"}', 'line\\nV\\n', '[V]'];

/** A value that speaks for itself, wherever it stands. */
export function bare(category: string, make: () => string): Sample[] {
  return around.map((text) => {
    const value = make();
    return plain(category, text, value, text.replace('V', value));
  });
}

/** The eleven categories of the reference. */
export function namedSamples(seed: number): Sample[] {
  const random = new Random(seed);
  return [
    ...['AKIA', 'ASIA', 'ABIA', 'ACCA'].flatMap((prefix) => bare('aws_access_key', () => prefix + random.of(upper, 16))),
    ...written('aws_secret_key', [['aws', 'secret', 'access', 'key'], ['secret', 'access', 'key'], ['aws', 'secret', 'key']], () => random.of(base64, 40)),
    ...['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'].flatMap((prefix) => bare('github_token', () => prefix + random.of(alnum, 36))),
    ...bare('github_token', () => `github_pat_${random.of(alnum, 22)}_${random.of(alnum, 59)}`),
    ...written('generic_api_key', [['api', 'key'], ['api', 'secret'], ['api', 'token'], ['service', 'api', 'key']], () => random.of(alnum, 32)),
    ...bearers(random), ...keyBlocks('private_key', ['PRIVATE KEY', 'RSA PRIVATE KEY', 'EC PRIVATE KEY', 'DSA PRIVATE KEY', 'ENCRYPTED PRIVATE KEY'], random),
    ...keyBlocks('ssh_private_key', ['OPENSSH PRIVATE KEY'], random), ...urls(random), ...gcp(random), ...azure(random), ...connections(random),
  ];
}

/** Names of any secret, and values that are random but follow no format. */
export function genericSamples(seed: number): Sample[] {
  const random = new Random(seed);
  const names = [['client', 'secret'], ['auth', 'token'], ['session', 'secret'], ['access', 'token'], ['signing', 'key'], ['encryption', 'key'], ['webhook', 'secret'], ['app', 'password']];
  const makers = [() => random.of(alnum, 24), () => random.of(hex, 32), () => random.of(word, 40), () => `${random.of(alnum, 12)}${random.below(9)}A`];
  return makers.flatMap((make) => written('generic', names, make));
}

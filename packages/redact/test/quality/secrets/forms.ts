/** The same name as different languages spell it. */
export interface Name {
  readonly env: string;
  readonly snake: string;
  readonly camel: string;
  readonly kebab: string;
  readonly header: string;
  readonly dotted: string;
  readonly words: string;
}

export function nameOf(env: string): Name {
  const words = env.toLowerCase().split('_');
  const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
  return {
    env,
    snake: words.join('_'),
    camel: words.map((word, i) => (i === 0 ? word : capital(word))).join(''),
    kebab: words.join('-'),
    header: `X-${words.map(capital).join('-')}`,
    dotted: words.length > 1 ? `${words[0] ?? ''}.${words.slice(1).join('.')}` : `app.${env.toLowerCase()}`,
    words: words.join(' '),
  };
}

export type Form = readonly [label: string, write: (name: Name, value: string) => string];

/** Ways to write a name and its value on one line. */
export const keyedForms: readonly Form[] = [
  ['env', (n, v) => `${n.env}=${v}`],
  ['env quoted', (n, v) => `${n.env}="${v}"`],
  ['env among others', (n, v) => `NODE_ENV=production\n${n.env}=${v}\nPORT=8080\n`],
  ['shell export', (n, v) => `export ${n.env}='${v}'`],
  ['shell prefix', (n, v) => `${n.env}=${v} npm run deploy`],
  ['docker -e', (n, v) => `docker run -e ${n.env}=${v} -p 8080:80 shop/api`],
  ['dockerfile', (n, v) => `ENV ${n.env} ${v}`],
  ['flag', (n, v) => `release --${n.kebab} ${v} --region eu-1`],
  ['flag =', (n, v) => `release --${n.kebab}=${v}`],
  ['yaml', (n, v) => `service:\n  ${n.snake}: ${v}\n  retries: 3\n`],
  ['yaml quoted', (n, v) => `  ${n.kebab}: "${v}"`],
  ['yaml single', (n, v) => `${n.camel}: '${v}'`],
  ['json', (n, v) => `{"${n.camel}": "${v}", "timeout": 30}`],
  ['json compact', (n, v) => `{"region":"eu","${n.snake}":"${v}"}`],
  ['json in json', (n, v) => `{"body":"{\\"${n.snake}\\":\\"${v}\\"}"}`],
  ['toml', (n, v) => `${n.snake} = "${v}"`],
  ['ini', (n, v) => `[remote]\n${n.dotted}=${v}\n`],
  ['properties', (n, v) => `${n.dotted} = ${v}`],
  ['xml element', (n, v) => `<${n.camel}>${v}</${n.camel}>`],
  ['xml attribute', (n, v) => `<add key="${n.camel}" value="${v}" />`],
  ['xml own attribute', (n, v) => `<client ${n.camel}="${v}" timeout="30"/>`],
  ['header', (n, v) => `${n.header}: ${v}`],
  ['curl -H', (n, v) => `curl -s -H "${n.header}: ${v}" https://api.service.test/v1/items`],
  ['const', (n, v) => `const ${n.camel} = '${v}';`],
  ['typed field', (n, v) => `  private readonly ${n.camel}: string = "${v}";`],
  ['object', (n, v) => `new Client({ ${n.camel}: '${v}', retries: 2 })`],
  ['python', (n, v) => `${n.env} = '${v}'  # production`],
  ['python keyword', (n, v) => `client = Client(${n.snake}="${v}", timeout=5)`],
  ['python environ', (n, v) => `os.environ["${n.env}"] = "${v}"`],
  ['go :=', (n, v) => `${n.camel} := "${v}"`],
  ['go field', (n, v) => `cfg := &Config{${n.camel}: "${v}", Retries: 3}`],
  ['java', (n, v) => `private static final String ${n.env} = "${v}";`],
  ['set property', (n, v) => `System.setProperty("${n.env}", "${v}");`],
  ['set variable', (n, v) => `pm.environment.set('${n.snake}', '${v}');`],
  ['c#', (n, v) => `public string ${n.camel} { get; set; } = "${v}";`],
  ['c macro', (n, v) => `#define ${n.env} "${v}"`],
  ['php define', (n, v) => `define('${n.env}', '${v}');`],
  ['php array', (n, v) => `'${n.snake}' => '${v}',`],
  ['php variable', (n, v) => `$${n.camel} = "${v}";`],
  ['ruby hash', (n, v) => `config = { :${n.snake} => "${v}" }`],
  ['ruby env', (n, v) => `ENV['${n.env}'] ||= '${v}'`],
  ['ruby config', (n, v) => `  config.${n.snake} = "${v}"`],
  ['powershell', (n, v) => `$env:${n.env} = "${v}"`],
  ['make ?=', (n, v) => `${n.env} ?= ${v}`],
  ['terraform', (n, v) => `  ${n.snake}    = "${v}"`],
  ['query', (n, v) => `GET https://api.service.test/v1/list?${n.snake}=${v}&page=2`],
  ['query only', (n, v) => `https://api.service.test/v1/list?page=2&${n.camel}=${v}`],
  ['log', (n, v) => `2026-03-04T10:12:09Z WARN worker-3 ${n.snake}=${v} rejected with status 401`],
  ['log words', (n, v) => `[error] invalid ${n.words}: ${v} (request 7731)`],
  ['chat colon', (n, v) => `here you go, ${n.words}: ${v}`],
  ['chat is', (n, v) => `hey, the ${n.words} is ${v} please do not share it`],
  ['chat for', (n, v) => `Use ${v} as the ${n.words} until Friday.`],
  ['markdown table', (n, v) => `| ${n.env} | \`${v}\` | production |`],
  ['markdown bold', (n, v) => `**${n.env}**: \`${v}\``],
  ['ci masked', (n, v) => `echo "${n.env}=${v}" >> "$GITHUB_ENV"`],
  ['sql', (n, v) => `INSERT INTO settings (name, value) VALUES ('${n.snake}', '${v}');`],
];

/** Ways that only a value that is known by itself survives. */
export const bareForms: readonly Form[] = [
  ['bare', (_, v) => v],
  ['bare sentence', (_, v) => `I pasted ${v} into the wrong window, sorry.`],
  ['bare quoted', (_, v) => `connect("${v}")`],
  ['bare parentheses', (_, v) => `the old one (${v}) still works`],
  ['bare end of sentence', (_, v) => `Somebody committed ${v}.`],
  ['bare angle', (_, v) => `use <${v}> for now`],
  ['bare slash', (_, v) => `bot/${v}/eu`],
  ['bare comma', (_, v) => `eu-1,${v},7`],
  ['bare list', (_, v) => `["${v}", "eu-1"]`],
  ['yaml value below', (n, v) => `- name: ${n.env}\n  value: "${v}"\n`],
  ['bearer', (_, v) => `Authorization: Bearer ${v}`],
  ['curl -u', (_, v) => `curl -u ${v}: https://api.service.test/v1/charges`],
  ['path', (_, v) => `GET /v1/${v}/items HTTP/1.1`],
  ['diff', (_, v) => `-  token("${v}")\n+  token(fromEnv())\n`],
];

/** Names stand near the value, without a sign between: how scanners with keywords are tried. */
export const nearForms: readonly Form[] = [
  ['near', (n, v) => `You can find the ${n.words} ${v} in the vault`],
  ['near comma', (n, v) => `${n.words}, ${v}`],
];

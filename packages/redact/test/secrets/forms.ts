/** One way of writing a name and its value; `camel` is the name as code writes it, `snake` as environments do. */
export type Form = (name: { readonly camel: string; readonly snake: string; readonly kebab: string }, value: string) => string;

export const forms: Readonly<Record<string, Form>> = {
  'env': ({ snake }, v) => `${snake.toUpperCase()}=${v}`,
  'export': ({ snake }, v) => `export ${snake.toUpperCase()}="${v}"`,
  'ini': ({ snake }, v) => `[default]\n${snake} = ${v}`,
  'toml': ({ snake }, v) => `${snake} = "${v}"`,
  'json': ({ snake }, v) => `{"${snake}": "${v}"}`,
  'escaped json': ({ camel }, v) => `"{\\"${camel}\\":\\"${v}\\"}"`,
  'yaml': ({ snake }, v) => `  ${snake}: ${v}\n`,
  'quoted yaml': ({ camel }, v) => `  ${camel}: '${v}'\n`,
  'typescript': ({ camel }, v) => `const ${camel}: string = "${v}";`,
  'java': ({ camel }, v) => `String ${camel} = "${v}";`,
  'go': ({ camel }, v) => `${camel} := \`${v}\``,
  'php': ({ camel }, v) => `$${camel} .= "${v}";`,
  'ruby hash': ({ camel }, v) => `  "${camel}" => '${v}',`,
  'make': ({ snake }, v) => `${snake.toUpperCase()} ?= "${v}"`,
  'make posix': ({ snake }, v) => `${snake.toUpperCase()} ::= "${v}"`,
  'or-assign': ({ snake }, v) => `ENV['${snake.toUpperCase()}'] ||= '${v}'`,
  'process.env': ({ snake }, v) => `process.env.${snake.toUpperCase()} = "${v}"`,
  'xml element': ({ kebab }, v) => `<${kebab}>${v}</${kebab}>`,
  'xml attribute': ({ camel }, v) => `<add key="${camel}" value="${v}" />`,
  'name and value': ({ snake }, v) => `{ "name": "${snake.toUpperCase()}", "value": "${v}" }`,
  'header': ({ kebab }, v) => `X-${kebab}: ${v}`,
  'query': ({ snake }, v) => `https://api.example.com/v1?${snake}=${v}&page=2`,
  'call': ({ snake }, v) => `System.setProperty("${snake.toUpperCase()}", "${v}");`,
  'setenv': ({ snake }, v) => `os.environ.setdefault('${snake.toUpperCase()}', '${v}')`,
  'flag': ({ kebab }, v) => `deploy --${kebab} ${v} --now`,
  'dockerfile': ({ snake }, v) => `ENV ${snake.toUpperCase()} ${v}`,
  'macro': ({ snake }, v) => `#define ${snake.toUpperCase()} "${v}"`,
  'property': ({ camel }, v) => `public string ${camel} { get; set; } = "${v}";`,
  'markdown': ({ snake }, v) => `| ${snake.toUpperCase()} | \`${v}\` |`,
};

export function spelled(...words: readonly string[]): Parameters<Form>[0] {
  const camel = words.map((part, k) => (k === 0 ? part : part.charAt(0).toUpperCase() + part.slice(1))).join('');
  return { camel, snake: words.join('_'), kebab: words.join('-') };
}

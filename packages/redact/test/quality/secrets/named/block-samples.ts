import { fill, type Random } from '../random.js';
import { place, sampleOf, type Sample } from '../sample.js';

const rule = '-'.repeat(5);
const private_ = 'PRIVATE';

/** A key block; its first line is put together here so that no scanner takes this file for one. */
export function keyBlock(label: string, lines: number, random: Random): string {
  const name = `${label === '' ? '' : `${label} `}${private_} KEY${label === 'PGP' ? ' BLOCK' : ''}`;
  const body = Array.from({ length: lines }, (_, at) => (at === lines - 1 ? fill('{b20}=', random) : fill('{b64}', random)));
  const headers = label === 'ENCRYPTED RSA' ? ['Proc-Type: 4,ENCRYPTED', `DEK-Info: AES-256-CBC,${fill('{H32}', random)}`, ''] : [];
  return [`${rule}BEGIN ${name}${rule}`, ...headers, ...body, `${rule}END ${name}${rule}`].join('\n');
}

type Wrap = readonly [form: string, template: string, rewrite: (block: string) => string];
const same = (block: string): string => block;
const escaped = (block: string): string => block.replaceAll('\n', String.raw`\n`);
const indented = (block: string): string => block.replaceAll('\n', '\n    ');

const wraps: readonly Wrap[] = [
  ['file', `${place}\n`, same],
  ['after text', `Here is the key you asked for:\n\n${place}\n\nPlease delete this message.`, same],
  ['crlf', `${place}\r\n`, (block) => block.replaceAll('\n', '\r\n')],
  ['yaml block', `tls:\n  key: |\n    ${place}\n  port: 443\n`, indented],
  ['json string', `{"key": "${place}", "port": 443}`, escaped],
  ['env escaped', `TLS_KEY="${place}"`, escaped],
  ['env multi-line', `TLS_KEY="${place}"\nPORT=443\n`, same],
  ['template literal', `const key = \`${place}\`;`, same],
  ['python string', `KEY = """${place}"""`, same],
  ['heredoc', `cat > server.key <<END\n${place}\nEND\n`, same],
  ['one line', `key=${place}`, (block) => block.replaceAll('\n', ' ')],
  ['xml', `<key>${place}</key>`, same],
  ['quoted mail', `> ${place}\n> thanks`, (block) => block.replaceAll('\n', '\n> ')],
  ['diff', `-${place}\n`, (block) => block.replaceAll('\n', '\n-')],
];

/** Key blocks of all kinds, whole and cut off, in files, strings and messages. */
export function blockSamples(random: Random): Sample[] {
  const kinds = ['', 'RSA', 'EC', 'DSA', 'ENCRYPTED', 'PGP', 'ENCRYPTED RSA'];
  const blocks = wraps.flatMap(([form, template, rewrite], at) =>
    [0, 2, 4, 5].map((step) => {
      const kind = kinds[(at + step) % kinds.length] ?? '';
      return sampleOf('private_key', `private_key ${kind}`, form, template, rewrite(keyBlock(kind === 'ENCRYPTED RSA' ? 'RSA' : kind, 6 + step * 4, random)));
    }),
  );
  const ssh = wraps.flatMap(([form, template, rewrite]) => [5, 25, 38].map((lines) => sampleOf('ssh_private_key', 'ssh_private_key', form, template, rewrite(keyBlock('OPENSSH', lines, random)))));
  const cut = ['RSA', 'EC', ''].flatMap((kind) => [4, 9].map((lines) => sampleOf('private_key', `private_key ${kind}`, 'cut off', `log: ${place}`, keyBlock(kind, lines, random).split('\n').slice(0, -2).join('\n'))));
  return [...blocks, ...cut, ...ssh];
}

import { basename } from 'node:path';

/** A program that runs another: what it runs is the server, and has its name. */
interface Runner {
  /** Options that stand alone. */
  readonly alone?: string;
  /** Options that a value follows, which may be a secret. */
  readonly valued?: string;
  /** Words between it and what it runs. */
  readonly words?: string;
}

const packages: Runner = { alone: '-y --yes -q --quiet --silent --no --prefer-offline --offline --bun', valued: '-p --package --registry --cache -C --dir --prefix -w --workspace --userconfig', words: 'exec dlx x run' };
const uv: Runner = {
  alone: '-q --quiet -v --verbose --offline --no-cache --isolated --frozen --locked --no-sync --refresh --active -U --upgrade',
  valued: '--from --with --with-editable --with-requirements -p --python --directory --project --index --index-url --extra-index-url --default-index --cache-dir --env-file --extra --group -c --constraints',
  words: 'run tool',
};
const containers: Runner = {
  alone: '--rm -i -t -it -ti --interactive --tty --init --privileged --read-only -d --detach -q --quiet --no-healthcheck',
  valued: '-e --env --env-file -v --volume --mount --name --network --net -p --publish -w --workdir -u --user --entrypoint --platform --pull -l --label -h --hostname -m --memory --cpus --pids-limit --add-host --dns --security-opt --cap-add --cap-drop --gpus --tmpfs --ulimit --shm-size --ipc --log-driver --restart --secret --context -c -H --host',
  words: 'container run',
};
const node: Runner = { alone: '--no-warnings --enable-source-maps --experimental-strip-types --disable-warning --inspect', valued: '-r --require --import --loader --experimental-loader --env-file --env-file-if-exists -C --conditions' };
const python: Runner = { alone: '-u -B -E -I -s -S -O -OO -q -m', valued: '-W -X' };
const deno: Runner = { alone: '-A --allow-all -q --quiet --no-check --no-prompt --cached-only -R -W -N -E --allow-net --allow-env --allow-read --allow-write --allow-run', valued: '-c --config --import-map --env-file', words: 'run serve' };

const runners: Readonly<Record<string, Runner>> = {
  npx: packages, pnpx: packages, bunx: packages, npm: packages, pnpm: packages, yarn: packages, bun: packages, uv, uvx: uv, pipx: uv,
  docker: containers, podman: containers, nerdctl: containers, node, nodejs: node, tsx: node, python, python3: python, py: python, deno,
  // Of these nothing is known but what stands first.
  env: {}, cmd: { alone: '/c /C /d /s' }, sh: {}, bash: {}, zsh: {}, dash: {}, fish: {}, powershell: {}, pwsh: {}, sudo: {}, nohup: {}, wsl: {},
};

/** What the server is called when its command does not tell. */
const neutral = 'server';
/** Of a path, a package or an image; an assignment or an address is none, and may hold a secret. */
const names = /^(?:[@\w.:~+ -]*[/\\])*[@\w.:~+-]+$/;

/**
 * What is run, without its version: pins are kept under this name, and an update must not make every tool look new.
 * Only a word that is known to be a program, a package or an image becomes one, since others may be secrets.
 */
export function serverNameOf([program = '', ...rest]: readonly string[]): string {
  const bare = bareName(program);
  if (bare === undefined) return neutral;
  const runner = Object.hasOwn(runners, bare.toLowerCase()) ? runners[bare.toLowerCase()] : undefined;
  if (runner === undefined) return bare;
  const at = operandIn(runner, rest);
  return at === undefined ? neutral : serverNameOf(rest.slice(at));
}

/** Where the first word is that is neither an option nor an option's value; `undefined` where that cannot be told. */
function operandIn({ alone = '', valued = '', words = '' }: Runner, rest: readonly string[]): number | undefined {
  const [isAlone, isValued, isWord] = [alone, valued, words].map((list) => new Set(list.split(' ')));
  for (let at = 0; at < rest.length; at++) {
    const word = rest[at] ?? '';
    if (isValued?.has(word) === true) at++;
    else if (word === '--') return at + 1 < rest.length ? at + 1 : undefined;
    else if (isAlone?.has(word) === true || isWord?.has(word) === true || /^-[^=]*=/.test(word)) continue;
    else return word.startsWith('-') || word === '' ? undefined : at;
  }
  return undefined;
}

function bareName(word: string): string | undefined {
  if (!names.test(word) || word.includes('://')) return undefined;
  return basename(word.replaceAll('\\', '/')).replace(/\.(?:exe|cmd|[cm]?js|[cm]?ts|py)$/i, '').replace(/(?<=.)[@:].*$/, '');
}

import type { Signer, VerifierKey } from '@enforcecore/audit';
import type { Command } from 'commander';
import { verifierKeys } from '../../audit/keys.js';
import { signerOf } from '../../audit/signer.js';
import { RequestLog } from '../../audit/request-log.js';
import { CliError } from '../../errors.js';
import { untilInterrupted } from '../../io.js';
import { plainText } from '../../render/plain-text.js';
import type { CommonFlags, Session } from '../../session.js';
import { complete, port, several } from '../define.js';

interface Flags extends CommonFlags {
  readonly keyFile?: string;
  readonly log?: readonly string[];
  readonly dir: string;
  readonly port: number;
  readonly host: string;
}

export function addWitnessServe(group: Command, session: Session): void {
  const command = group
    .command('serve')
    .summary('run a witness until it is asked to stop')
    .description('Runs a small witness over HTTP (C2SP tlog-witness): it cosigns checkpoints of the logs it is given, and never two histories of one log.')
    .option('--key-file <file>', 'the signing key of the witness, as keygen --witness writes it; ENFORCECORE_AUDIT_KEY_FILE by default')
    .option('--log <key>', 'the verifier key of a log, or a file with some; again for more', several)
    .option('--dir <folder>', 'where the latest checkpoint of every log is kept; losing it lets a log begin anew', 'witness')
    .option('--port <n>', 'the port to listen on; 0 takes a free one', port, 0)
    .option('--host <host>', 'the address to listen on', '127.0.0.1')
    .option('--json', 'print { url, verifierKey, logs } at the start, then { time, method, path, status, origin, size } a request, one object a line')
    .action((flags: Flags) => session.run('audit witness serve', flags, () => serve(session, flags)));
  complete(command, {
    notes: [
      'Run it on a machine that the operator of the log cannot reach, with a key of its own. It speaks plain HTTP: put a proxy with TLS in front of it for other networks.',
      'The first line on standard output is its address. SIGINT and SIGTERM end it: requests that are not answered are cut off, and what was cosigned stays kept.',
    ],
    examples: [
      'enforcecore audit witness serve --key-file witness.key --log audit.pub --dir /var/lib/witness --port 8080',
      'enforcecore audit witness serve --key-file witness.key --log example.com/audit+8e5d9b3c+AaJk…',
    ],
    exits: ['it was asked to stop', 'never', 'asked wrongly, or a key, the folder or the port cannot be used'],
  });
}

async function serve(session: Session, flags: Flags): Promise<void> {
  const signer = await signerOf(session.io.env, flags.keyFile);
  if (signer === undefined) throw new CliError('USAGE', 'a witness needs a key: make one with enforcecore audit keygen --witness, and give it with --key-file');
  const logs = byOrigin(await verifierKeys(flags.log), signer);
  const { createWitness } = await import('@enforcecore/audit/witness');
  const requests = new RequestLog(session, flags.json === true);
  const server = createWitness({
    signer,
    logs,
    folder: flags.dir,
    onAnswer: (answered) => { requests.answered(answered); },
    onError: (error) => { requests.failed(error); },
  });
  await untilInterrupted(session.io, async (stop) => {
    const { url } = await server.listen(flags.port, flags.host);
    try {
      const origins = logs.map(({ origin }) => origin);
      if (flags.json === true) await session.print(`${JSON.stringify({ url, verifierKey: server.verifierKey, logs: origins })}\n`);
      else await session.print(`${url}\n`);
      await session.note(`witness ${plainText(server.verifierKey)} of ${origins.map(plainText).join(', ')}; Ctrl-C ends it`);
      await stopped(stop, requests.closed);
    } finally {
      await server.close();
      await requests.flush();
    }
  });
  await session.note('stopped');
}

function byOrigin(keys: readonly VerifierKey[], signer: Signer): { readonly origin: string; readonly keys: readonly VerifierKey[] }[] {
  if (keys.length === 0) throw new CliError('USAGE', 'a witness needs logs to watch: give the verifier key of each with --log');
  const origins = new Map<string, VerifierKey[]>();
  for (const key of keys) {
    if (key.algorithm !== 'ed25519') throw new CliError('INPUT', `key ${key.name} is that of a witness: give the verifier keys of logs with --log`);
    if (signer.verifierKey.startsWith(`${key.name}+`)) throw new CliError('INPUT', `key ${key.name} is the log's, and the witness signs under the same name: a witness needs a key of its own`);
    origins.set(key.name, [...(origins.get(key.name) ?? []), key]);
  }
  return [...origins].map(([origin, of]) => ({ origin, keys: of }));
}

/** Until it is asked to stop, or nobody reads the log any more. */
function stopped(stop: AbortSignal, unread: Promise<never>): Promise<void> {
  const asked = new Promise<void>((resolve) => {
    if (stop.aborted) resolve();
    else stop.addEventListener('abort', () => { resolve(); }, { once: true });
  });
  return Promise.race([asked, unread]);
}

// Says what a process can do behind the walls that it is started behind: tried, and read back. Started by the launchers.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { Worker } from 'node:worker_threads';

const { secret, outside, port, bytes, parent } = JSON.parse(process.argv[2]);

function tried(what) {
  try {
    what();
    return 'done';
  } catch (error) {
    return error.code ?? error.name;
  }
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function connected() {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, timeout: 2_000 });
    const end = (word) => {
      socket.destroy();
      resolve(word);
    };
    socket.once('connect', () => end('done')).once('timeout', () => end('timeout')).once('error', (error) => end(error.code ?? error.name));
  });
}

const report = {
  node: process.version,
  uid: process.getuid?.() ?? -1,
  status: read('/proc/self/status'),
  limits: read('/proc/self/limits'),
  read: tried(() => readFileSync(secret)),
  write: tried(() => writeFileSync(outside, '')),
  spawn: tried(() => {
    const { error } = spawnSync(process.execPath, ['--version']);
    if (error !== undefined) throw error;
  }),
  // Asks whether it is there, and does nothing to it.
  signal: tried(() => process.kill(parent, 0)),
  thread: tried(() => new Worker('', { eval: true }).unref()),
  allocate: tried(() => new ArrayBuffer(bytes)),
  connect: await connected(),
  env: Object.keys(process.env).length,
};
process.stdout.write(JSON.stringify(report), () => process.exit(0));

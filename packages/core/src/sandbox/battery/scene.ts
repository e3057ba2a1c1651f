import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { accessSync, constants, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AttackTarget } from './attack-target.js';

/** Where one attack is tried: files, listeners and words that nothing else has. Taken down by `close`. */
export class Scene {
  readonly reportFile: string;
  readonly target: AttackTarget;
  connections = 0;
  packets = 0;
  readonly #folder: string;
  readonly #fileSecret = randomBytes(12).toString('hex');
  readonly #tcp: Server;
  readonly #udp: Socket;

  private constructor(tcp: Server, udp: Socket) {
    this.#tcp = tcp;
    this.#udp = udp;
    this.#folder = mkdtempSync(join(widelySeen(), 'enforcecore-battery-'));
    const at = (name: string): string => join(this.#folder, name);
    mkdirSync(at('work'));
    mkdirSync(at('report'));
    this.reportFile = at('report/report.json');
    this.target = {
      nonce: randomBytes(8).toString('hex'),
      parentPid: 0,
      secretFile: at('secret'),
      outsideFile: at('outside'),
      workFolder: at('work'),
      begunFile: at('work/begun'),
      foundLink: at('work/found'),
      tcpPort: portOf(tcp.address()),
      addresses: ['127.0.0.1', ...ownAddresses()].map((address) => address.split('.').map(Number)),
      udpPort: udp.address().port,
    };
    writeFileSync(this.target.secretFile, this.#fileSecret, { mode: 0o600 });
    symlinkSync(this.target.secretFile, this.target.foundLink);
    tcp.on('connection', (socket) => {
      this.connections += 1;
      socket.on('error', () => undefined).destroy();
    });
    udp.on('message', () => {
      this.packets += 1;
    });
  }

  static async open(): Promise<Scene> {
    const tcp = createServer().listen(0);
    const udp = createSocket('udp4').bind(0, '127.0.0.1');
    await Promise.all([once(tcp, 'listening'), once(udp, 'listening')]);
    return new Scene(tcp, udp);
  }

  /** Whether a text holds what only a protected place holds. */
  tells(text: string, environmentSecret: string): boolean {
    return [environmentSecret, this.#fileSecret, ...shadowLines()].some((secret) => text.includes(secret));
  }

  get isWrittenOutside(): boolean {
    return existsSync(this.target.outsideFile);
  }

  /** Whether the attack was reached at all. */
  get hasBegun(): boolean {
    return existsSync(this.target.begunFile);
  }

  close(): void {
    this.#tcp.close();
    this.#udp.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Not the folder for temporary files where there is another: a wall that gives a tool one of its own would hide what is written. */
function widelySeen(): string {
  try {
    accessSync('/var/tmp', constants.W_OK);
    return '/var/tmp';
  } catch {
    // Not Linux, or not ours to write.
    return tmpdir();
  }
}

/** As they stand, where this process may read them: then a tool that is not held back can too. */
function shadowLines(): readonly string[] {
  try {
    return readFileSync('/etc/shadow', 'utf8').split('\n').filter((line) => line.length > 10);
  } catch {
    // Without the rights, only our own file tells.
    return [];
  }
}

function ownAddresses(): readonly string[] {
  return Object.values(networkInterfaces()).flatMap((list = []) => list.filter(({ family, internal }) => family === 'IPv4' && !internal).map(({ address }) => address));
}

function portOf(address: ReturnType<Server['address']>): number {
  return typeof address === 'object' && address !== null ? address.port : 0;
}

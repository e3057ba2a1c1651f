import { Redactor } from '@enforcecore/redact';
import { redactNodeTransform } from '@enforcecore/redact/node';
import { Hono } from 'hono';
import { createServer } from 'node:http';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pino } from 'pino';
import { createLogger, format, transports } from 'winston';
import { expressLog } from './express-log.js';
import { honoLog } from './hono-log.js';
import { cleanPino } from './pino-options.js';
import { cleanWinston } from './winston-format.js';

// #region redactor
/** One for the whole process: it holds compiled rules and, for pseudonyms, the key. */
const redactor = new Redactor({
  categories: ['email', 'phone', 'ssn', 'credit_card', 'iban'], // an access log without ip_address keeps its clients apart
  strategies: { email: 'hash' }, // the same address is the same pseudonym, so that lines can still be joined
  hashKey: process.env.LOG_KEY ?? 'only for this sample',
});
// #endregion redactor

const show = (line: string): void => {
  console.log(`  ${line.trimEnd()}`);
};
const lines = new Writable({
  write(chunk, _encoding, done) {
    show(String(chunk));
    done();
  },
});

async function hono(): Promise<void> {
  // #region hono-app
  const app = new Hono();
  app.use(honoLog(redactor, show));
  app.post('/login', async (context) => context.json({ welcome: (await context.req.json<{ user: string }>()).user }));
  app.get('/search', (context) => context.text('nothing found'));
  // #endregion hono-app
  console.log('Hono:');
  const json = { 'content-type': 'application/json' };
  await app.request('/login', { method: 'POST', headers: json, body: JSON.stringify({ user: 'mira@northfjord.example', password: 'correct horse' }) });
  await app.request('/search?q=DE89370400440532013000&mail=mira%40northfjord.example', { headers: { authorization: 'Bearer q7Zr2LmX9vKc4TtB8sWn' } });
}

async function express(): Promise<void> {
  const log = expressLog(redactor, show);
  const server = createServer((request, response) => {
    log(request, response, () => response.end('ok'));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  console.log('\nExpress, or Node itself:');
  await fetch(`http://127.0.0.1:${String(address.port)}/orders?phone=%2B1%20212%20555%200143`, { headers: { 'x-api-key': 'q7Zr2LmX9vKc4TtB8sWn' } });
  await new Promise((resolve) => server.close(resolve));
}

function winston(): void {
  // #region winston-logger
  const logger = createLogger({ format: format.combine(cleanWinston({ redactor }), format.json()), transports: [new transports.Stream({ stream: lines })] });
  // #endregion winston-logger
  console.log('\nwinston:');
  logger.info('sent to mira@northfjord.example', { order: 17, card: 4111111111111111 });
  logger.error('payment failed', { error: new Error('card 4111 1111 1111 1111 declined').message, retry: false });
  logger.warn('upload stalled', { body: Readable.from(['who knows what']) });
}

function pinoLogger(): void {
  // #region pino-logger
  const logger = pino({ ...cleanPino(redactor), base: null, timestamp: false }, lines);
  // #endregion pino-logger
  console.log('\npino:');
  logger.child({ user: 'mira@northfjord.example' }).info({ card: 4111111111111111 }, 'paid, receipt to %s', 'otto@brandt-holz.test');
  logger.info({ orders: [17, 18] }, 'nothing to hide');
  logger.info({ db: 'postgres://app:s3cr3t-w0rd@db.internal/shop' }, 'connected');
}

async function pipe(): Promise<void> {
  console.log('\nPiped, as in `node app.js | node clean.js`:');
  // #region pipe
  await pipeline(Readable.from(['10:02 call from +1 212 5', '55 0143\n10:03 paid with 4111 1111', ' 1111 1111\n']), redactNodeTransform(redactor), lines, { end: false });
  // #endregion pipe
}

async function main(): Promise<void> {
  await hono();
  await express();
  winston();
  pinoLogger();
  await pipe();
}

void main();

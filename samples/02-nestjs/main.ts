import { NestFactory } from '@nestjs/core';
import { readTrail, verifyTrail } from '@enforcecore/audit';
import { rm } from 'node:fs/promises';
import { AppModule } from './app.module.js';
import { NightAudit } from './night-guard.js';

async function main(): Promise<void> {
  await rm('.demo/02-nestjs', { recursive: true, force: true });
  // #region start
  const app = await NestFactory.create(AppModule, { logger: ['error'] });
  app.enableShutdownHooks();
  await app.listen(0, '127.0.0.1');
  // #endregion start
  const url = await app.getUrl();
  console.log('A Nest application with three classes of tools, called over HTTP:\n');

  const call = async (what: string, path: string, body?: object): Promise<void> => {
    const headers = { 'content-type': 'application/json', 'x-hotel': 'fjord', 'x-agent': 'night-desk', connection: 'close' };
    const answer = await fetch(`${url}/${path}`, body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) });
    const wait = answer.headers.get('retry-after');
    console.log(`${what}:\n  ${String(answer.status)} ${await answer.text()}${wait === null ? '' : ` (Retry-After: ${wait})`}`);
  };

  await call('A room', 'rooms/2');
  await call('Booked in the name of the hotel that the request names', 'bookings', { room: 'room 212', nights: 2 });
  await call('The policy allows 14 nights', 'bookings', { room: 'room 212', nights: 90 });
  await call('The policy does not name this tool', 'close', {});
  await call('Address and loyalty card are hidden, the latter by a redactor of this application', 'guests/ines');
  for (const text of ['first', 'second', 'third']) await call(`The ${text} message of two in a minute`, 'messages', { to: 'kitchen', text });

  app.get(NightAudit).isRunning = true;
  await call('A guard of this application refuses bookings while the books are closed', 'bookings', { room: 'room 212', nights: 1 });
  await call('Health, for a probe', 'health');

  await app.close();
  const trail = '.demo/02-nestjs/trail.jsonl';
  const { valid, entries } = await verifyTrail(trail);
  console.log(`\nAfter shutdown: ${String(entries)} entries, ${valid ? 'the trail is whole' : 'the trail is NOT whole'}`);
  for (const { tool_name, decision, outcome, tenant_id, agent } of readTrail(trail)) {
    console.log(`  ${String(tool_name).padEnd(14)} ${String(decision).padEnd(9)} ${String(outcome).padEnd(8)} ${String(tenant_id)}/${String(agent)}`);
  }
}

void main();

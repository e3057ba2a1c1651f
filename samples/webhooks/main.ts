// #region imports
import { createContainer, enforce, Policy, verifyWebhook, Webhooks } from '@enforcecore/core';
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
// #endregion imports
import type { AddressInfo } from 'node:net';

const secret = `whsec_${randomBytes(32).toString('base64')}`;

// #region receive
/** Ids of the last deliveries: a retry and a copy sent by somebody else have the id of the first one. */
const seen = new Set<string>();

async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  // The bytes as they came: JSON that was parsed and written again has another signature.
  const body = Buffer.concat(chunks);
  const verdict = verifyWebhook(request.headers, body, secret);
  if (!verdict.ok) {
    response.writeHead(401).end();
    return;
  }
  if (!seen.has(verdict.id)) {
    seen.add(verdict.id);
    handle(JSON.parse(body.toString()) as Record<string, unknown>);
  }
  response.writeHead(204).end();
}
// #endregion receive

function handle({ event_type: type, tool_name: tool, violation_reason: reason }: Record<string, unknown>): void {
  console.log(`  received: ${String(type)} of ${String(tool)}, ${String(reason)}`);
}

async function main(): Promise<void> {
  let isDown = true;
  const server = createServer((request, response) => {
    // The first try finds a receiver that is down; the second one comes within a second.
    if (isDown) response.writeHead(503).end();
    else void receive(request, response);
    isDown = false;
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/hook`; // a server that listens on a port has an address
  const policy = Policy.from({ name: 'office', rules: { denied_tools: ['wire_transfer'] } });

  // #region send
  const container = createContainer({ policy, settings: { auditPath: '.demo/webhooks', webhookOnViolation: url, webhookSecret: secret } });
  // #endregion send
  const transfer = enforce((_cents: number) => 'sent', { container, tool: 'wire_transfer' });
  try {
    transfer(999_900);
  } catch {
    console.log('The call is blocked at once; the webhook is on its way:');
  }
  // #region close
  const webhooks = container.get(Webhooks);
  await container.close();
  console.log(`  delivered ${String(webhooks.delivered)}, lost ${String(webhooks.lost)}, waiting ${String(webhooks.waiting)}`);
  // #endregion close
  const forged = await fetch(url, { method: 'POST', body: '{"event_type":"violation"}' });
  console.log(`A delivery without a signature is answered with ${String(forged.status)}.`);
  server.close();
}

void main();

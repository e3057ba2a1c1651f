import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { fileURLToPath } from 'node:url';

const server = fileURLToPath(new URL('server.js', import.meta.url));

interface Step {
  readonly what: string;
  readonly name: string;
  readonly arguments: Record<string, unknown>;
}

const steps: readonly Step[] = [
  { what: 'allowed, and cleaned: no e-mail address or telephone number leaves the server', name: 'find_order', arguments: { id: 7 } },
  { what: 'a streaming tool: one text, the address in it was split over three pieces', name: 'order_history', arguments: { id: 7 } },
  { what: 'within the limit of the policy', name: 'refund_order', arguments: { id: 7, amount: 40 } },
  { what: 'above it', name: 'refund_order', arguments: { id: 7, amount: 4000 } },
  { what: 'not allowed, and not offered: the model guessed its name', name: 'drop_orders', arguments: {} },
  { what: 'wrong arguments: told what is expected, not what was given', name: 'find_order', arguments: { id: 'seven' } },
  { what: 'the second in this minute', name: 'find_order', arguments: { id: 8 } },
  { what: 'the third, which is one too many', name: 'find_order', arguments: { id: 9 } },
];

async function main(): Promise<void> {
  // #region client
  const client = new Client({ name: 'sample', version: '1.0.0' });
  await client.connect(new StdioClientTransport({ command: process.execPath, args: [server] }));

  const { tools } = await client.listTools();
  console.log('offered:', tools.map((tool) => tool.name).join(', '));
  // #endregion client
  for (const { what, ...call } of steps) {
    const result = await client.callTool(call);
    console.log(`\n${call.name}(${JSON.stringify(call.arguments)})   ${what}`);
    const said = result.content.map((block) => (block.type === 'text' ? block.text : block.type)).join('');
    const refusal = result._meta?.['enforcecore.dev/refusal'] as { readonly code: string } | undefined; // as enforced servers write it
    console.log(result.isError === true ? `  refused (${refusal?.code ?? 'no code'}): ${said}` : `  ${said}`);
  }
  await client.close();
  console.log('\nEvery call is in .demo/03-mcp-server/trail.jsonl, the refused ones too.');
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});

import { fromJsonSchema, McpServer } from '@modelcontextprotocol/server';
import { StdioServerTransport } from '@modelcontextprotocol/server/stdio';
import { fileURLToPath } from 'node:url';

/** A server of the SDK with one tool that gives back what it gets. */
export function echoServer(): McpServer {
  const server = new McpServer({ name: 'echo', version: '1.0.0' });
  const inputSchema = fromJsonSchema<{ text: string }>({ type: 'object', properties: { text: { type: 'string' } }, required: ['text'] });
  server.registerTool('echo', { description: 'gives back what it gets', inputSchema }, ({ text }) => ({ content: [{ type: 'text', text }] }));
  return server;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await echoServer().connect(new StdioServerTransport());

import { StdioServerTransport } from '@modelcontextprotocol/server/stdio';
import { gatewayBefore } from './gateway-before.js';

const [folder = ''] = process.argv.slice(2);
const { server } = await gatewayBefore(folder);
await server.connect(new StdioServerTransport());
process.stdin.once('end', () => process.exit(0));

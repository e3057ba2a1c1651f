// #region imports
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { enforcedMcpServer } from '@enforcecore/adapters/mcp';
import { createContainer } from '@enforcecore/core';
// #endregion imports
import { OrderTools } from './order-tools.js';

// Compiled to samples/dist/03-mcp-server; the policy lies beside the source.
const policy = new URL('../../03-mcp-server/policy.yaml', import.meta.url);
const auditPath = process.env['ORDER_DESK_TRAIL'] ?? '.demo/03-mcp-server';

// #region server
const container = createContainer({ policy, settings: { auditPath } });
container.bind(OrderTools).toSelf();

serveStdio(() => enforcedMcpServer({ name: 'order-desk', version: '1.0.0', tools: container.get(OrderTools), container }));
// #endregion server

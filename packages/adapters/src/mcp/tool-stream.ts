import type { ServerContext } from '@modelcontextprotocol/server';

/**
 * Reads a streaming tool to its end. MCP knows one result for a call: texts are joined, other values make a list. A client
 * that asked for progress gets each piece as it comes, as the message of a progress notification; all of it was cleaned before.
 */
export async function readStream(pieces: AsyncIterable<unknown>, context: ServerContext): Promise<unknown> {
  const token = context.mcpReq._meta?.progressToken;
  const read: unknown[] = [];
  for await (const piece of pieces) {
    read.push(piece);
    if (token !== undefined) await tell(context, token, read.length, piece);
  }
  return read.every((piece) => typeof piece === 'string') ? read.join('') : { items: read };
}

async function tell(context: ServerContext, progressToken: string | number, progress: number, piece: unknown): Promise<void> {
  const message = typeof piece === 'string' ? piece : undefined;
  try {
    await context.mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress, ...(message === undefined ? {} : { message }) } });
  } catch {
    // Nobody listens any more; the call itself ends by its signal.
  }
}

import { Socket } from 'node:net';
import { frame, FrameReader, hello } from '../frames.js';
import { linkFd } from '../link-fd.js';
import { lockDown } from './lock-down.js';

/** The parent is trusted, but what is longer than this is a fault of either side. */
const maxMessageBytes = 1024 * 1024 * 1024;

/** Runs in the child, first of all. `proxySocket`: where there is no other way to the network. */
export async function main(proxySocket: string | undefined): Promise<void> {
  // Taken before a tool can replace it, and free of the exit handlers that a tool may set.
  const leave = (process as unknown as { reallyExit(code: number): never }).reallyExit.bind(process); // not in Node's types
  const link = new Socket({ fd: linkFd, readable: true, writable: true });
  link.on('error', () => leave(1)).on('close', () => leave(1));
  link.pause();
  if (proxySocket !== undefined) {
    const { bridge } = await import('./bridge.js');
    await bridge(proxySocket);
  }
  lockDown(link);
  const { serve } = await import('../../child/serve.js');
  serve({ post: (message) => void link.write(frame(message)), onMessage: (listener) => listen(link, listener) });
  link.write(frame(hello));
}

function listen(link: Socket, listener: (message: string) => void): void {
  const reader = new FrameReader(maxMessageBytes);
  link.on('data', (chunk: Buffer) => {
    const messages = reader.push(chunk);
    if (messages === 'too large') link.destroy();
    else for (const message of messages) listener(message);
  });
  link.resume();
}

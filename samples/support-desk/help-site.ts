import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

export interface HelpSite {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves a folder of pages on a free port of this machine. */
export async function startHelpSite(pages: URL): Promise<HelpSite> {
  const server = createServer((request, response) => {
    void answer(pages, request, response);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the help site has no port');
  return {
    url: `http://127.0.0.1:${String(address.port)}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

async function answer(pages: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const page = /^\/([\w-]{1,64})$/.exec(request.url ?? '')?.[1];
  try {
    if (page === undefined) throw new Error('not a page');
    const html = await readFile(new URL(`${page}.html`, pages));
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(html);
  } catch {
    // Whatever went wrong, to a visitor the page is not there.
    response.writeHead(404).end();
  }
}

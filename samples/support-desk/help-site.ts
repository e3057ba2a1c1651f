import { readFile } from 'node:fs/promises';
import { createServer, get, type IncomingMessage, type ServerResponse } from 'node:http';
import type { LookupFunction } from 'node:net';
import { text } from 'node:stream/consumers';

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
    url: `http://help.northfjord.example:${String(address.port)}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

/** Stands for the name server of the help site, which this machine plays. */
const here: LookupFunction = (_host, options, callback) => {
  if (options.all === true) callback(null, [{ address: '127.0.0.1', family: 4 }]);
  else callback(null, '127.0.0.1', 4);
};

/** Fetches a page by the site's own name; what the policy says of that name and of its address holds. */
export async function fetchPage(url: URL, signal: AbortSignal | undefined): Promise<string> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(url, { lookup: here, ...(signal === undefined ? {} : { signal }) }, resolve).on('error', reject);
  });
  if (response.statusCode !== 200) throw new Error(`the help site answered ${String(response.statusCode)}`);
  return text(response);
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

import { currentCall, Enforce } from '@enforcecore/core';
import { fetchPage } from '../help-site.js';
import type { DeskFiles } from './desk-files.js';

/** Smaller than any address in the chats, so that each of them is cut in two at least. */
const chunkLength = 11;

/** What the desk can read: articles, live chats and pages of the help site. */
export class KnowledgeTools {
  readonly #files: DeskFiles;
  readonly #site: string;

  constructor(files: DeskFiles, site: string) {
    this.#files = files;
    this.#site = site;
  }

  @Enforce({ tool: 'read_article' })
  read(args: { readonly name: string }): string {
    return this.#files.article(args.name);
  }

  /** A chat as it is typed, a few characters at a time. */
  @Enforce({ tool: 'follow_chat' })
  async *follow(args: { readonly ticket: string }): AsyncGenerator<string> {
    const text = this.#files.chat(args.ticket);
    for (let at = 0; at < text.length; at += chunkLength) {
      await Promise.resolve();
      yield text.slice(at, at + chunkLength);
    }
  }

  /** The call's signal ends the request when the call runs out of time. */
  @Enforce({ tool: 'fetch_page' })
  async fetch(args: { readonly page: string }): Promise<string> {
    return fetchPage(new URL(args.page, this.#site), currentCall()?.signal);
  }

  /** Stands for a service that is paid by the call. */
  @Enforce({ tool: 'translate', cost: 0.02 })
  async translate(args: { readonly text: string; readonly to: string }): Promise<string> {
    await Promise.resolve();
    return `[${args.to}] ${args.text}`;
  }
}

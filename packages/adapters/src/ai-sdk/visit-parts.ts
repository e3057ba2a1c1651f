import type { LanguageModelMiddleware } from 'ai';
import type { Visit } from '../shared/clean-parts.js';

type Wrapped<K extends 'wrapGenerate' | 'wrapStream'> = Awaited<ReturnType<NonNullable<LanguageModelMiddleware[K]>>>;
export type ModelParams = Awaited<ReturnType<NonNullable<LanguageModelMiddleware['transformParams']>>>;
export type Prompt = ModelParams['prompt'];
type Message = Prompt[number];
type MessagePart = Exclude<Message['content'], string>[number];
export type GenerateResult = Wrapped<'wrapGenerate'>;
type ContentPart = GenerateResult['content'][number];
export type StreamResult = Wrapped<'wrapStream'>;

/** Every text of a prompt: instructions, messages, reasoning, arguments and results of tools, files that are text. */
export function visitPrompt(prompt: Prompt, visit: Visit): Prompt {
  return prompt.map((message): Message => {
    if (message.role === 'system') return { ...message, content: visit(message.content) };
    // The parts of a message stay of their kinds.
    return { ...message, content: message.content.map((part) => visitPart(part, visit)) } as Message;
  });
}

function visitPart(part: MessagePart, visit: Visit): MessagePart {
  switch (part.type) {
    case 'text':
    case 'reasoning':
      return { ...part, text: visit(part.text) };
    case 'tool-call':
      return { ...part, input: visit(part.input) };
    case 'tool-result':
      return { ...part, output: visitOutput(part.output, visit) };
    case 'tool-approval-response':
      return part.reason === undefined ? part : { ...part, reason: visit(part.reason) };
    case 'file':
      return visitFile(part, visit);
    case 'reasoning-file':
    case 'custom':
      return part;
  }
}

type Output = Extract<MessagePart, { readonly type: 'tool-result' }>['output'];

function visitOutput(output: Output, visit: Visit): Output {
  switch (output.type) {
    case 'execution-denied':
      return output.reason === undefined ? output : { ...output, reason: visit(output.reason) };
    case 'content':
      return { ...output, value: output.value.map((part) => (part.type === 'text' ? { ...part, text: visit(part.text) } : part.type === 'file' ? visitFile(part, visit) : part)) };
    case 'text':
    case 'error-text':
      return { ...output, value: visit(output.value) };
    case 'json':
    case 'error-json':
      return { ...output, value: visit(output.value) };
  }
}

type FileData = Extract<MessagePart, { readonly type: 'file' }>['data'];

/** Files that are text, and every file's name. What is no text is left alone: images, sound, most PDF, whatever is fetched by URL. */
function visitFile<T extends { readonly data: FileData; readonly mediaType: string; readonly filename?: string | undefined }>(file: T, visit: Visit): T {
  const named = file.filename === undefined ? {} : { filename: visit(file.filename) };
  return { ...file, ...named, data: visitData(file.data, file.mediaType, visit) };
}

function visitData(data: FileData, mediaType: string, visit: Visit): FileData {
  if (data.type === 'text') return { ...data, text: visit(data.text) };
  if (data.type !== 'data') return data;
  const bytes = typeof data.data === 'string' ? Buffer.from(data.data, 'base64') : data.data;
  const text = textIn(bytes, mediaType);
  const visited = text === undefined ? text : visit(text);
  if (visited === undefined || visited === text) return data;
  const changed = Buffer.from(visited, 'utf8');
  return { ...data, data: typeof data.data === 'string' ? changed.toString('base64') : new Uint8Array(changed) };
}

/** Names of media types do not tell what is text (YAML, SQL, SVG, a mail): what can be read as UTF-8 is. */
function textIn(bytes: Uint8Array, mediaType: string): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return /^text(?:\/|$)/i.test(mediaType) ? new TextDecoder().decode(bytes) : undefined; // of another encoding, which is read as it can be
  }
}

/** Every text that a model gave, and the arguments of its calls. Images, files and sources' addresses are left alone. */
export function visitContent(content: readonly ContentPart[], visit: Visit, visitInput: (input: string) => string): ContentPart[] {
  return content.map((part): ContentPart => {
    switch (part.type) {
      case 'text':
      case 'reasoning':
        return { ...part, text: visit(part.text) };
      case 'tool-call':
        return { ...part, input: visitInput(part.input) };
      case 'tool-result':
        return { ...part, result: visit(part.result) };
      case 'source':
        return part.title === undefined ? part : ({ ...part, title: visit(part.title) }); // a source of its kind
      case 'file':
      case 'reasoning-file':
      case 'custom':
      case 'tool-approval-request':
        return part;
    }
  });
}

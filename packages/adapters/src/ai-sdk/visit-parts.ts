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

/** Files that are text, and every file's name. What is no text is left alone: images, sound, PDF, whatever is fetched by URL. */
function visitFile<T extends { readonly data: FileData; readonly mediaType: string; readonly filename?: string | undefined }>(file: T, visit: Visit): T {
  const named = file.filename === undefined ? {} : { filename: visit(file.filename) };
  return { ...file, ...named, data: visitData(file.data, file.mediaType, visit) };
}

function visitData(data: FileData, mediaType: string, visit: Visit): FileData {
  if (data.type === 'text') return { ...data, text: visit(data.text) };
  if (data.type !== 'data' || !isText(mediaType)) return data;
  if (typeof data.data !== 'string') return { ...data, data: new TextEncoder().encode(visit(new TextDecoder().decode(data.data))) };
  return { ...data, data: Buffer.from(visit(Buffer.from(data.data, 'base64').toString('utf8')), 'utf8').toString('base64') };
}

function isText(mediaType: string): boolean {
  return /^text\/|^application\/(?:[\w.-]+\+)?(?:json|xml|yaml|javascript)\b/i.test(mediaType);
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

import type { JSONRPCMessage } from '@modelcontextprotocol/client';

/** The code of answers that the gateway gives itself, in place of ones that it could not use. */
export const unusableAnswer = -32_090;
/** The code of requests that enforcement refused; the data says why. */
export const refusedCode = -32_010;
/** What a server's own error becomes that has a code of ours: it is believed nothing by it. */
const plainServerError = -32_000;

/** Deeper than any schema or result needs to be; everything that looks into a message may recurse this far. */
export const maxDepth = 60;
/** Values in one message; as many as the pipeline takes in a call's arguments. */
export const maxNodes = 100_000;

export type Read = { readonly message: JSONRPCMessage; readonly fault?: undefined } | { readonly message?: undefined; readonly fault: string; readonly id?: number | undefined };

/** Reads one line of a server as a JSON-RPC message. What is none, or is too deep or too wide to be looked into, is told apart by what is wrong with it, never by what it says. */
export function readMessage(text: string): Read {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { fault: 'no JSON' };
  }
  return readValue(value);
}

/** The same for a message that came parsed. */
export function readValue(value: unknown): Read {
  if (typeof value !== 'object' || value === null) return { fault: 'no JSON-RPC message' };
  // JSON-RPC batches left the protocol with 2025-06-18; one line could hold a million requests.
  if (Array.isArray(value)) return { fault: 'a batch' };
  // Made by JSON: it has own properties only, and none that runs code.
  const given = value as Readonly<Record<string, unknown>>;
  if (given['jsonrpc'] !== '2.0') return { fault: 'no JSON-RPC 2.0 message' };
  const fault = shapeFault(value);
  if (Object.hasOwn(given, 'method')) return fault === undefined ? readCall(given) : { fault };
  // Requests are numbered here, so an answer to anything else answers nothing.
  const id = given['id'];
  if (typeof id !== 'number' || !Number.isSafeInteger(id)) return { fault: 'an answer to no request' };
  return fault === undefined ? readAnswer(id, given) : { fault, id };
}

/** Only the members that JSON-RPC knows; the protocol's own reader would stumble over others. */
function readCall({ id, method, params }: Readonly<Record<string, unknown>>): Read {
  if (typeof method !== 'string') return { fault: 'a method that is no text' };
  if (params !== undefined && !isRecord(params)) return { fault: 'parameters that are no object' };
  const call = { jsonrpc: '2.0' as const, method, ...(params !== undefined && { params }) };
  if (id === undefined) return { message: call };
  if (typeof id === 'string' || Number.isSafeInteger(id)) return { message: { ...call, id: id as string | number } }; // a safe integer is a number
  return { fault: 'an id that is neither a whole number nor text' };
}

function readAnswer(id: number, { result, error }: Readonly<Record<string, unknown>>): Read {
  // The protocol's own reader would take it for no message at all, and the request would wait for ever.
  if (isRecord(result) && result['_meta'] !== undefined && !isRecord(result['_meta'])) return { fault: 'a result whose _meta is no object', id };
  if (isRecord(result) && error === undefined) return { message: { jsonrpc: '2.0', id, result } };
  if (result !== undefined || !isRecord(error) || typeof error['message'] !== 'string' || !Number.isSafeInteger(error['code'])) return { fault: 'not one of a result and an error', id };
  const { code, message } = error;
  const isOurs = code === unusableAnswer || code === refusedCode;
  return { message: { jsonrpc: '2.0', id, error: { code: isOurs ? plainServerError : Number(code), message } } };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What is wrong with the shape of a parsed value, walked without recursion: depth, number of values, or text that is no Unicode. */
export function shapeFault(value: unknown): string | undefined {
  const open: { readonly value: unknown; readonly depth: number }[] = [{ value, depth: 1 }];
  let nodes = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    nodes += 1;
    if (nodes > maxNodes) return `more than ${maxNodes} values`;
    if (typeof next.value === 'string' && !next.value.isWellFormed()) return 'text with a lone surrogate';
    if (typeof next.value !== 'object' || next.value === null) continue;
    if (next.depth > maxDepth) return `nested deeper than ${maxDepth} levels`;
    const entries = Object.entries(next.value);
    if (nodes + open.length + entries.length > maxNodes) return `more than ${maxNodes} values`;
    for (const [key, held] of entries) {
      if (!key.isWellFormed()) return 'a key with a lone surrogate';
      open.push({ value: held, depth: next.depth + 1 });
    }
  }
  return undefined;
}

/** The request that a message was meant for which was too long to be read: servers write the id first or last. */
export function idOfOverlong({ head, tail }: { readonly head: string; readonly tail: string }): number | undefined {
  const last = /"id"\s*:\s*(\d{1,15})\s*(?:,\s*"jsonrpc"\s*:\s*"2\.0"\s*)?\}\s*$/.exec(tail);
  const first = /^\s*\{\s*(?:"jsonrpc"\s*:\s*"2\.0"\s*,\s*)?"id"\s*:\s*(\d{1,15})\s*,/.exec(head);
  const found = last?.[1] ?? first?.[1];
  return found === undefined ? undefined : Number(found);
}

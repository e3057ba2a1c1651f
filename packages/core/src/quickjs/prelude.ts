/**
 * Runs inside the interpreter before the code, and keeps what it needs from there: whatever the code does to its own
 * globals, these functions go on as they are. It hands three functions out and leaves `input` and `console` behind.
 * HOSTILE: everything that they give back may be a lie. They only spare the host work that the code would have to pay for.
 */
export const prelude = `(inputText, maxLogLength) => {
  'use strict';
  const { parse, stringify } = JSON;
  const text = String;
  const uncurry = (method) => Function.prototype.call.bind(method);
  const slice = uncurry(String.prototype.slice);
  const isError = (value) => typeof value === 'object' && value !== null && value instanceof Error;
  const most = 2000;
  let lines = '';
  let isCut = false;

  const show = (value) => {
    if (typeof value === 'string') return value;
    if (typeof value === 'function') return '[function]';
    try {
      if (isError(value)) return text(value.name) + ': ' + text(value.message);
      const json = stringify(value);
      return json === undefined ? text(value) : json;
    } catch {
      return '[unprintable]';
    }
  };
  const log = (...values) => {
    if (isCut) return;
    let line = '';
    for (let i = 0; i < values.length && line.length <= maxLogLength; i++) line += (i === 0 ? '' : ' ') + show(values[i]);
    const left = maxLogLength - lines.length - 5;
    let item = stringify(slice(line, 0, left > 0 ? left : 0));
    isCut = line.length > left || item.length > left + 2;
    if (isCut && left > 0) item = stringify(slice(line, 0, left / 6 | 0));
    if (left > 0) lines += (lines === '' ? '' : ',') + item;
  };
  const part = (value, key) => {
    try {
      return slice(text(value[key]), 0, most);
    } catch {
      return '';
    }
  };

  globalThis.input = parse(inputText);
  globalThis.console = { log, debug: log, info: log, warn: log, error: log };
  return {
    settle: async (run) => await (await run).value,
    finish: (value, maxLength) => {
      const json = stringify(value);
      if (json === undefined) return undefined;
      return json.length > maxLength ? json.length : json;
    },
    describe: (error) => {
      if (isError(error)) return stringify({ name: part(error, 'name'), message: part(error, 'message'), stack: part(error, 'stack') });
      return stringify({ name: 'thrown', message: slice(show(error), 0, most), stack: '' });
    },
    logged: () => (isCut ? '1[' : '0[') + lines + ']',
  };
}`;

import type { Policy } from '@enforcecore/core';

/** The way to a value of a document: keys and indexes. */
export type Keys = readonly (string | number)[];

/** A member of a map, or `undefined` for anything else; names such as `__proto__` are names like any other. */
export function member(holder: unknown, ...keys: Keys): unknown {
  return keys.reduce<unknown>((value, key) => {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    return (value as Readonly<Record<string | number, unknown>>)[key]; // an object that has the key
  }, holder);
}

/** A member that says something: `null` is "no limit" or "no list", as if the key were not there. */
export function given(holder: unknown, ...keys: Keys): unknown {
  return member(holder, ...keys) ?? undefined;
}

export function items(list: unknown): readonly unknown[] {
  return Array.isArray(list) ? list : [];
}

export function texts(list: unknown): readonly string[] {
  return items(list).filter((item) => typeof item === 'string');
}

export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function entries(table: unknown): readonly (readonly [string, unknown])[] {
  return isMap(table) ? Object.entries(table) : [];
}

/** A block that is there and not turned off. */
export function isOn(block: unknown): boolean {
  return isMap(block) && member(block, 'enabled') !== false;
}

export function rulesIn(policy: Policy): unknown {
  return member(policy.toJSON(), 'rules');
}

/** `rules.tools.send_mail.args["a b"]`, as violations name it. */
export function pathText(keys: Keys): string {
  return keys.reduce<string>((path, key) => {
    if (typeof key === 'number') return `${path}[${String(key)}]`;
    if (!/^[A-Za-z_][\w-]{0,59}$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
    return path === '' ? key : `${path}.${key}`;
  }, '');
}

/** A word of the policy as a message repeats it: never long enough to flood a log. */
export function quoted(word: unknown): string {
  const text = typeof word === 'string' ? word : JSON.stringify(word);
  return `"${text.length <= 80 ? text : `${text.slice(0, 77)}...`}"`;
}

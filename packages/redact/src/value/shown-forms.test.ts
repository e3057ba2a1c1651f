import { describe, expect, it } from '@jest/globals';
import { RedactError } from '../errors.js';
import { Redactor } from '../redactor.js';
import { redactValue, type ValueLimits, type ValueRedaction } from './redact-value.js';

const redactor = new Redactor();
const run = (value: unknown, limits?: ValueLimits): ValueRedaction => redactValue(value, (text, name) => redactor.redact(text, name), limits);
const clean = (value: unknown, limits?: ValueLimits): unknown => run(value, limits).value;
const refuse = (value: unknown, limits?: ValueLimits): RedactError => {
  try {
    clean(value, limits);
  } catch (error) {
    if (error instanceof RedactError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
};
const email = 'john@example.com';

class Hidden {
  readonly #mail: unknown;
  readonly id = 1;
  asked = 0;
  constructor(mail: unknown) {
    this.#mail = mail;
  }
  toJSON(): unknown {
    this.asked += 1;
    return { id: this.id, mail: this.#mail };
  }
}

/** A class with one getter, which counts its calls outside of itself. */
function withGetter(get: (self: object) => unknown): { readonly value: object; readonly reads: () => number } {
  let reads = 0;
  class Shown {
    get shown(): unknown {
      reads += 1;
      return get(this);
    }
  }
  return { value: new Shown(), reads: () => reads };
}

describe('what toJSON shows', () => {
  it('stands in for an instance that hides a finding', () => {
    const { value, count } = run({ user: new Hidden(email) });

    expect(value).toEqual({ user: { id: 1, mail: '<EMAIL>' } });
    expect(Object.getPrototypeOf((value as { user: object }).user)).toBe(Object.prototype);
    expect(count).toBe(1);
  });

  it('is asked for once, and the instance passes by identity when it is clean', () => {
    const hidden = new Hidden('nothing');

    expect(clean([hidden, hidden])).toEqual([hidden, hidden]);
    expect(clean(hidden)).toBe(hidden);
    expect(hidden.asked).toBe(2);
  });

  it.each([
    ['an array', class extends Array<number> { toJSON(): unknown { return email; } }],
    ['a map', class extends Map { toJSON(): unknown { return email; } }],
    ['a set', class extends Set { toJSON(): unknown { return email; } }],
    ['an error', class extends Error { toJSON(): unknown { return email; } }],
    ['a date', class extends Date { override toJSON(): string { return email; } }],
  ])('is asked of %s too', (_, type) => {
    expect(clean({ x: new type() })).toEqual({ x: '<EMAIL>' });
  });

  it('is read under the name of its property', () => {
    const secret = { password: new (class { toJSON(): string { return 'hunter2'; } })() };

    expect(clean(secret)).toEqual({ password: '<PASSWORD>' });
  });

  it('is looked at under every name of a shared instance', () => {
    const shared = new (class { toJSON(): string { return 'hunter2'; } })();

    expect(clean({ a: shared, password: shared })).toEqual({ a: shared, password: '<PASSWORD>' });
  });

  it('may not be plain and not enumerable either', () => {
    expect(clean(Object.defineProperty({ a: 1 }, 'toJSON', { value: () => email }))).toBe('<EMAIL>');
  });

  it('refuses one that throws, without its error', () => {
    const error = refuse({ a: new (class { toJSON(): never { throw new RedactError('INPUT', email); } })() });

    expect(error).toMatchObject({ code: 'UNREDACTABLE', path: 'a' });
    expect(`${error.message} ${String(error.stack)}`).not.toContain(email);
  });

  it('walks what answers itself, and what answers nothing, as it is', () => {
    const self = new (class { mail = email; toJSON(): unknown { return this; } })();
    const nothing = new (class { mail = email; toJSON(): unknown { return () => 1; } })();

    expect(clean(self)).toMatchObject({ mail: '<EMAIL>' });
    expect(clean(nothing)).toMatchObject({ mail: '<EMAIL>' });
  });

  it('ends when every answer holds another one', () => {
    class Growing {
      toJSON(): unknown {
        return { next: new Growing() };
      }
    }

    expect(refuse(new Growing()).code).toBe('BUDGET');
    expect(refuse(new (class { toJSON(): unknown { return { self: this }; } })()).code).toBe('CYCLE');
    expect(refuse(new Hidden('x'.repeat(100)), { maxBytes: 50 }).code).toBe('BUDGET');
  });

  it('costs no more on nested classes than on plain data', () => {
    class Node {
      constructor(readonly next: unknown) {}
      toJSON(): unknown {
        return { next: this.next };
      }
    }
    let nested: unknown = 'end';
    for (let i = 0; i < 25; i += 1) nested = new Node(nested);

    expect(clean(nested)).toBe(nested);
  });
});

describe('what inherited accessors show', () => {
  it('is refused with a finding, by path', () => {
    for (const found of [email, 4111111111111111, 4111111111111111n, [email], { a: email }, { [email]: 1 }]) {
      expect(refuse({ user: withGetter(() => found).value })).toMatchObject({ code: 'UNREDACTABLE', path: expect.stringMatching(/^user\.shown/) as unknown });
    }
  });

  it('is read once and passes without a finding', () => {
    const { value, reads } = withGetter(() => 'clean');

    expect(clean([value, value])).toEqual([value, value]);
    expect(reads()).toBe(1);
  });

  it('is read from the copy, so that a view of a cleaned property passes', () => {
    class User {
      constructor(readonly mail: string) {}
      get greeting(): string {
        return `hi ${this.mail}`;
      }
    }

    expect((clean(new User(email)) as User).greeting).toBe('hi <EMAIL>');
  });

  it('is refused when it throws, or behind opaque prototypes', () => {
    expect(refuse({ a: withGetter(() => { throw new RedactError('INPUT', email); }).value })).toMatchObject({ code: 'UNREDACTABLE', path: 'a.shown' });
    expect(refuse({ a: Object.create(new Proxy({ x: 1 }, {})) as unknown }, { isOpaque: (value) => 'x' in value })).toMatchObject({ code: 'UNREDACTABLE', path: 'a' });
  });

  it('is not followed into instances, cycles, streams and promises', () => {
    const loop: unknown[] = [];
    loop.push(loop);
    for (const other of [loop, new Hidden(email), Promise.resolve(email), new ReadableStream(), () => email, Symbol('x'), undefined, null, new Map([[email, 1]])]) {
      const { value } = withGetter(() => other);
      expect(clean(value)).toBe(value);
    }
    const { value } = withGetter((self) => self);
    expect(clean(value)).toBe(value);
  });

  it('is hidden by a property of the same name', () => {
    const { value, reads } = withGetter(() => email);
    Object.defineProperty(value, 'shown', { value: 'own' });

    expect(clean(value)).toBe(value);
    expect(reads()).toBe(0);
  });

  it('is refused on errors and collections too', () => {
    class Failure extends Error { get who(): string { return email; } }
    class Bag extends Map { get who(): string { return email; } }

    expect(refuse(new Failure('x')).path).toBe('who');
    expect(refuse(new Bag()).path).toBe('who');
  });
});

/* eslint-disable @typescript-eslint/class-literal-property-style -- that these are getters is the point */
describe('well-known kinds of instance', () => {
  class LuxonLike {
    readonly ts = 1705314600000;
    readonly c = { year: 2024, month: 1, day: 15 };
    get isValid(): boolean { return true; }
    get zone(): object { return new Hidden(email); }
    get zoneName(): string { return 'Europe/Zurich'; }
    get year(): number { return 2024; }
    toJSON(): string { return '2024-01-15T11:30:00.000+01:00'; }
  }
  class DecimalLike {
    readonly s = 1;
    readonly e = 5;
    readonly d = [123456, 7890000];
    readonly constructorName = 'Decimal';
    toJSON(): string { return '123456.789'; }
  }
  class ObjectIdLike {
    readonly buffer = Uint8Array.from([0x50, 0x7f, 0x1f, 0x77, 0xbc, 0xf8, 0x6c, 0xd7, 0x99, 0x43, 0x90, 0x11]);
    get id(): Uint8Array { return this.buffer; }
    get [Symbol.toStringTag](): string { return 'ObjectId'; }
    toJSON(): string { return '507f1f77bcf86cd799439011'; }
  }

  it.each([['date', new LuxonLike()], ['decimal', new DecimalLike()], ['object id', new ObjectIdLike()]])('passes a %s unchanged', (_, value) => {
    expect(run({ value })).toMatchObject({ count: 0, changed: false });
  });

  it('takes ten thousand of them in less than three seconds of processor time', () => {
    const many = Array.from({ length: 10_000 }, () => new LuxonLike());
    const before = process.cpuUsage();

    expect(clean(many)).toBe(many);
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(3000);
  });
});
/* eslint-enable @typescript-eslint/class-literal-property-style */

describe('isOpaque', () => {
  it('refuses what nobody can look into, by path', () => {
    const proxies = new WeakSet<object>();
    const proxy = new Proxy({ a: 'clean' }, { get: () => email });
    proxies.add(proxy);

    expect(refuse({ list: [proxy] }, { isOpaque: (value) => proxies.has(value) })).toMatchObject({ code: 'UNREDACTABLE', path: 'list[0]' });
    expect(refuse(withGetter(() => email).value, { isOpaque: () => true }).code).toBe('UNREDACTABLE');
  });

  it('is not followed behind an accessor', () => {
    const proxy = new Proxy({}, { get: () => email });
    const { value } = withGetter(() => proxy);

    expect(clean(value, { isOpaque: (object) => object === proxy })).toBe(value);
  });

  it('has to be a function', () => {
    expect(refuse(1, { isOpaque: 'yes' as never }).code).toBe('OPTIONS');
  });
});

describe('errors', () => {
  it('count a finding of the message once, and those of the stack alone as well', () => {
    const error = new Error(`mail ${email}`);
    const other = Object.assign(new Error('x'), { stack: `Error: x\n    at jane@example.com` });

    expect(run(error)).toMatchObject({ count: 1, counts: { email: 1 } });
    expect((clean(error) as Error).stack).not.toContain(email);
    expect(run(other).counts).toEqual({ email: 1 });
    expect(run(Object.assign(new Error(email), { stack: `${email} jane@example.com`, who: email })).counts).toEqual({ email: 3 });
  });
});

import type { Caller } from '@enforcecore/core';

/** Who a request comes from. */
export interface Principal {
  /** The same for every request of the same client, and for no other's. */
  readonly key: string;
  readonly caller: Caller;
}

/** Where nobody is asked for a name. */
export const anonymous: Principal = Object.freeze({ key: 'anonymous', caller: Object.freeze({}) });

import { createContainer, enforce, Policy } from '@enforcecore/core';
import dns from 'node:dns';
import { Socket } from 'node:net';
import { mustHold, type Bench, type Row } from '../row.js';

/** As it was before any policy with a network block was met. */
// eslint-disable-next-line @typescript-eslint/unbound-method -- put back on sockets, by hand
const bareConnect = Socket.prototype.connect;
const bareLookup = dns.lookup;

/** What the egress guard costs the calls that it guards, and everybody else. */
export const egressRows: readonly Row[] = [
  {
    name: 'egress_call_without',
    about: 'an enforced async call of a number, unaudited, under a policy that says nothing of the network',
    batch: 100,
    prepare: () => calls({}),
  },
  {
    name: 'egress_call_with',
    about: 'the same under a network block: the tool runs in an egress scope',
    batch: 100,
    prepare: () => calls({ network: { allowed_domains: ['api.example.com'] } }),
  },
  {
    name: 'connect_bare',
    about: 'net.Socket.connect before the guard is there, on a socket that has nothing to do',
    batch: 100,
    prepare: () => connects(bareConnect),
  },
  {
    name: 'connect_outside',
    about: 'the same behind the guard, in no enforced call',
    batch: 100,
    prepare: async () => {
      await guarded();
      // eslint-disable-next-line @typescript-eslint/unbound-method -- called with a socket
      return connects(Socket.prototype.connect);
    },
  },
  { name: 'lookup_bare', about: 'dns.lookup of an address, without its answer, before the guard is there', batch: 100, prepare: () => lookups(bareLookup) },
  {
    name: 'lookup_outside',
    about: 'the same behind the guard, in no enforced call',
    batch: 100,
    prepare: async () => {
      await guarded();
      return lookups(dns.lookup);
    },
  },
];

// eslint-disable-next-line @typescript-eslint/require-await -- waiting for something would be a part of what is measured
async function double(n: number): Promise<number> {
  return n * 2;
}

function toolUnder(rules: object): (n: number) => Promise<number> {
  const container = createContainer({ policy: Policy.from({ name: 'bench', rules }), settings: { auditEnabled: false }, environment: {} });
  return enforce(double, { tool: 'double', container });
}

async function calls(rules: object): Promise<Bench> {
  const tool = toolUnder(rules);
  mustHold((await tool(2)) === 4, 'the call is allowed');
  return { kind: 'async', run: (i) => tool(i) };
}

/** One call under a network block sets the hooks. */
async function guarded(): Promise<void> {
  await calls({ network: { allowed_domains: [] } });
  mustHold(Socket.prototype.connect !== bareConnect && dns.lookup !== bareLookup, 'the guard is there');
}

function connects(connect: Socket['connect']): Bench {
  const socket = new Socket();
  // Node then says that there is nothing to do, and returns.
  Object.assign(socket, { _parent: { connecting: true } });
  const options = { port: 80, host: '192.0.2.1' };
  return {
    kind: 'sync',
    run: () => {
      Reflect.apply(connect, socket, [options]);
    },
  };
}

function lookups(lookup: typeof dns.lookup): Bench {
  const answered = (): void => undefined;
  return {
    kind: 'sync',
    run: () => {
      lookup('192.0.2.1', answered);
    },
  };
}

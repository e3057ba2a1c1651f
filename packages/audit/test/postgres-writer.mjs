// Run by the tests as a process of its own: node postgres-writer.mjs <mode> <url> <schema> <count>
import { completeFields } from '../dist/entry/entry.js';
import { openPostgresStore } from '../dist/store/postgres/index.js';
import { openStoreTrail } from '../dist/store/store-trail.js';
import { Chain } from '../dist/trail/chain.js';

const [, , mode, url, schema, count] = process.argv;

/** Speaks to the store itself, so that it can go on with the very same entries after an outcome that nobody knows. */
class Writer {
  chain = new Chain(Date.now);

  constructor(store, name) {
    this.store = store;
    this.name = `${process.pid}-${name}`;
  }

  /** Entries one after another, not yet in the chain. */
  seal(callIds) {
    const sealed = [];
    for (const callId of callIds) {
      const fields = completeFields({ call_id: callId, tool_name: 'search', decision: 'allowed', outcome: 'ok', agent: this.name });
      sealed.push(this.chain.seal(fields, null, sealed.at(-1)));
    }
    return sealed;
  }

  advance(sealed) {
    const last = sealed.at(-1);
    this.chain.advance(last.entryHash, last.sequence);
    process.stdout.write(sealed.map(({ entryHash }) => `done ${entryHash}\n`).join(''));
  }

  /** Notes calls, tells of them, and ends them with their entries. */
  async calls(callIds) {
    const fields = (callId) => completeFields({ call_id: callId, tool_name: 'search', decision: 'allowed', outcome: 'unknown', agent: this.name });
    await patiently(() => this.store.begin(this.chain.writerId, callIds.map((callId) => ({ callId, fields: fields(callId) }))));
    process.stdout.write(callIds.map((callId) => `begun ${callId}\n`).join(''));
    const sealed = this.seal(callIds);
    const records = sealed.map(({ entryHash, line }) => ({ hash: entryHash, line: line.slice(0, -1), bytes: null }));
    await patiently(async (attempt) => {
      // Nobody knows what became of the attempt before: the database does.
      if (attempt > 0 && (await this.store.chainHead(this.chain.writerId))?.sequence === sealed.at(-1).sequence) return;
      await this.store.append(records, callIds);
    });
    this.advance(sealed);
  }

}

/** The server may be away for a while. */
async function patiently(work) {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await work(attempt);
    } catch (error) {
      if (error.code !== 'STORE' || attempt > 1000) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

async function writePatiently(name) {
  const store = await patiently(() => openPostgresStore({ connectionString: url, schema, statementTimeoutMs: 60_000 }));
  const writer = new Writer(store, name);
  for (let done = 0; done < Number(count); ) {
    // Uneven batches, so that writers do not fall into step.
    const size = Math.min(1 + ((done * 7 + name) % 5), Number(count) - done);
    await writer.calls(Array.from({ length: size }, (_, i) => `${writer.name}-${done + i}`));
    done += size;
  }
  await store.close();
}

async function writeTrail(name) {
  const store = await openPostgresStore({ connectionString: url, schema, statementTimeoutMs: 60_000 });
  const trail = await openStoreTrail(store, { checkpointEntries: 50, origin: 'test' });
  let next = 0;
  const lane = async () => {
    for (; next < Number(count); ) {
      const callId = `${process.pid}-${name}-${next++}`;
      await trail.begin({ call_id: callId, tool_name: 'search' }, true);
      process.stdout.write(`begun ${callId}\n`);
      const { entryHash } = await trail.append({ call_id: callId, tool_name: 'search', decision: 'allowed', outcome: 'ok' }, true);
      process.stdout.write(`done ${entryHash}\n`);
    }
  };
  await Promise.all(Array.from({ length: 4 }, lane));
  await trail.close();
}

const write = mode === 'patient' ? writePatiently : writeTrail;
await Promise.all([write(1), write(2)]);

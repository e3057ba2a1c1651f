// Run by the tests as a process of its own: node child-store.mjs <mode> <database> <count>
import { setInterval } from 'node:timers';
import { openStoreTrail } from '../dist/index.js';
import { openSqliteStore } from '../dist/store/sqlite/index.js';

const [, , mode, path, count] = process.argv;
const trail = openStoreTrail(openSqliteStore(path), { checkpointEntries: 20 });

function draft(callId) {
  return { call_id: callId, tool_name: 'search', decision: 'allowed', outcome: 'ok', agent: 'child', session: String(process.pid) };
}

if (mode === 'append') {
  for (let i = 0; i < Number(count); i += 1) {
    trail.begin({ call_id: `${process.pid}-${i}`, tool_name: 'search' });
    trail.append(draft(`${process.pid}-${i}`));
  }
  await trail.close();
} else if (mode === 'calls') {
  // Tells the parent of every call it may rely on, until it is killed.
  for (let i = 0; ; i += 1) {
    const callId = `${process.pid}-${i}`;
    trail.begin({ call_id: callId, tool_name: 'search', agent: 'child' });
    process.stdout.write(`begun ${callId}\n`);
    trail.append(draft(callId));
    process.stdout.write(`ended ${callId}\n`);
  }
} else {
  trail.begin({ call_id: 'held', tool_name: 'search' });
  process.stdout.write('ready\n');
  setInterval(() => undefined, 1000);
}

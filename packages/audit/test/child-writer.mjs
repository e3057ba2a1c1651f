// Run by the tests as a process of its own: node child-writer.mjs <mode> <trail> <count> [options as JSON]
import { setInterval } from 'node:timers';
import { openTrail } from '../dist/index.js';

const [, , mode, path, count, options = '{}'] = process.argv;
const trail = openTrail(path, JSON.parse(options));

function draft(callId) {
  return { call_id: callId, tool_name: 'search', decision: 'allowed', outcome: 'ok', agent: 'child', session: String(process.pid) };
}

if (mode === 'append') {
  for (let i = 0; i < Number(count); i += 1) trail.append(draft(`${process.pid}-${i}`));
  trail.close();
} else if (mode === 'calls') {
  // Tells the parent of every call it may rely on, until it is killed.
  for (let i = 0; ; i += 1) {
    const callId = `${process.pid}-${i}`;
    trail.begin({ call_id: callId, tool_name: 'search', agent: 'child' });
    process.stdout.write(`${callId}\n`);
    trail.append(draft(callId));
  }
} else if (mode === 'hold') {
  trail.begin({ call_id: `held-${process.pid}`, tool_name: 'search' });
  process.stdout.write('ready\n');
  setInterval(() => undefined, 1000);
} else {
  trail.close();
}

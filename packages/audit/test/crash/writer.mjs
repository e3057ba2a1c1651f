// Run by run.mjs: node writer.mjs <trail> <options as JSON> <threads>. Writes until it is killed, and tells of every promise it got.
import { writeSync } from 'node:fs';
import { setImmediate } from 'node:timers';
import { Worker, isMainThread, threadId, workerData } from 'node:worker_threads';
import { openTrail } from '../../dist/trail/trail.js';

const [path, optionsText, threads] = isMainThread ? process.argv.slice(2) : workerData;
const options = JSON.parse(optionsText);

function tell(line) {
  for (;;) {
    try {
      writeSync(1, `${line}\n`);
      return;
    } catch (error) {
      // The pipe is full: the parent reads as fast as it can.
      if (error.code !== 'EAGAIN') throw error;
    }
  }
}

async function write() {
  const trail = openTrail(path, { ...options, onWarning: (text) => { tell(`W ${text}`); } });
  for (let i = 0; ; i += 1) {
    const callId = `${process.pid}-${threadId}-${i}`;
    const canWait = i % 3 !== 0;
    await trail.begin({ call_id: callId, tool_name: 'search' }, canWait);
    tell(`B ${callId}`);
    // Some calls are in the air when their process dies.
    if (i % 7 === 0) continue;
    await trail.append({ call_id: callId, tool_name: 'search', decision: 'allowed', outcome: 'ok' }, canWait);
    tell(`A ${callId}`);
    if (i % 50 === 49) await new Promise((resolve) => { setImmediate(resolve); });
  }
}

if (isMainThread) {
  for (let i = 1; i < Number(threads); i += 1) new Worker(new URL(import.meta.url), { workerData: [path, optionsText, '1'] });
}
write().catch((error) => {
  tell(`E ${error.code} ${error.message}`);
  process.exit(1);
});

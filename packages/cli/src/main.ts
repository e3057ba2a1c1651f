#!/usr/bin/env node
import { run } from './run.js';

// What weakens protection is said by the commands that it concerns, once and in their own words.
process.removeAllListeners('warning');
process.on('warning', (warning) => {
  if ('code' in warning && warning.code === 'ENFORCECORE_WEAKENED') return;
  process.stderr.write(`enforcecore: warning: ${warning.message}\n`);
});

void run(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});

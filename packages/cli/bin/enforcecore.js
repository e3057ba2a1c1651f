#!/usr/bin/env node
// In the repository and not in dist, so that npm links the command before anything is compiled.
import('../dist/main.js').catch((error) => {
  if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  process.stderr.write(`enforcecore: a file of the command is missing; in a clone of the repository run npm run build: ${error.message}\n`);
  process.exitCode = 2;
});

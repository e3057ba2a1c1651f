// What a sandboxed process runs first; see src/sandbox/process/child/main.ts.
import { main } from '../dist/sandbox/process/child/main.js';

await main(process.argv[2]);

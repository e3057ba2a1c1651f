/**
 * Parts of core that it does not export, to measure them alone. The only file here that reaches past the package's
 * door; nothing outside the benchmarks may.
 */
export { runWatched } from '../../packages/core/dist/guard/time/watchdog.js';
export { takeSnapshot } from '../../packages/core/dist/pipeline/snapshot.js';
export { inspectRoom } from '../../packages/core/dist/policy/inspect.stage.js';

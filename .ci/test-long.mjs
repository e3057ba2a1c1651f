// The suites that take long: whatever starts many processes, or tries every operation of many.
//   npm run test:long                      all of them
//   npm run test:long -- packages/redis    what Jest should run of them
import { node, tools } from './lib.mjs';

const words = process.argv.slice(2);
const flags = ['--max-semi-space-size=32', '--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
const { ok } = node([...flags, tools.jest, ...words], { env: { TEST_LONG: '1' }, timeoutMs: 20 * 60_000 });
process.exitCode = ok ? 0 : 1;

import v8 from 'node:v8';
import { close, refuse, seal } from './seal.js';

/** V8 and Node write files of their own without asking the permissions: traces by flags, snapshots, reports of what went wrong. */
export function sealEngine(): void {
  close(v8, 'setFlagsFromString', 'flags of V8');
  for (const name of ['writeHeapSnapshot', 'setHeapSnapshotNearHeapLimit']) close(v8, name, 'snapshots of the heap');
  for (const name of ['takeCoverage', 'stopCoverage']) close(v8, name, 'files of coverage');
  for (const name of ['addSerializeCallback', 'addDeserializeCallback', 'setDeserializeMainFunction']) close(v8.startupSnapshot, name, 'start snapshots');
  for (const name of ['binding', '_linkedBinding', 'dlopen', 'execve', '_debugProcess', '_debugEnd', '_startProfilerIdleNotifier', '_stopProfilerIdleNotifier']) {
    close(process, name, `process.${name}`);
  }
  sealReport();
}

/** Some libraries read the report to learn of the system they run on; nobody has to have it written. */
function sealReport(): void {
  const report: unknown = Reflect.get(process, 'report');
  if (typeof report !== 'object' || report === null) return;
  const getReport = (report as NodeJS.ProcessReport).getReport.bind(report); // Node's own, as it was before any tool
  seal(process, 'report', Object.freeze({ getReport: () => getReport(), writeReport: () => refuse('written reports'), directory: '', filename: '', compact: false, excludeNetwork: true, signal: 'SIGUSR2', reportOnFatalError: false, reportOnSignal: false, reportOnUncaughtException: false }));
}

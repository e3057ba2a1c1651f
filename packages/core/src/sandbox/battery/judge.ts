import type { Attack, Effect } from './attack-list.js';
import type { Sightings } from './attack-parent.js';
import type { Cell } from './cell.js';
import { cellLimits } from './cell-limits.js';
import type { Scene } from './scene.js';

type Verdict = Pick<Cell, 'result' | 'reason'>;

/** Node itself, a second time where the level starts a process, and what is about to be collected. */
const overheadBytes = 160 * 2 ** 20;

/** Some may have got through before the others were refused. */
const someProcesses = 8;

/** Says what an attack came to, by what was seen from outside and by what only a success could have brought. */
export function judge(attack: Attack, seen: Sightings, scene: Scene, secret: string): Verdict {
  const { report } = seen;
  if (report === undefined) return { result: 'cannot be tried', reason: 'its parent did not start' };
  if (report.phase === 'unready') return { result: 'cannot be tried', reason: oneLine(report.unready ?? '') };
  if (!seen.isParentAlive) return { result: 'not stopped', reason: 'the parent is gone' };
  const effect = attack.effects.find((each) => happened(each, seen, scene, secret));
  if (effect !== undefined) return { result: 'not stopped', reason: effect };
  const { outcome } = report;
  if (outcome === undefined) return { result: 'not stopped', reason: 'the call does not end' };
  const reason = outcome.kind === 'threw' ? `${outcome.error}: ${oneLine(outcome.message)}` : 'without effect';
  // What never ran was not stopped.
  return scene.hasBegun ? { result: 'stopped', reason } : { result: 'cannot be tried', reason: `the attack did not begin: ${reason}` };
}

function happened(effect: Effect, seen: Sightings, scene: Scene, secret: string): boolean {
  const { report } = seen;
  switch (effect) {
    case 'runs on':
      return report?.outcome === undefined || seen.busyLooks > 6;
    case 'memory over':
      return seen.peakBytes - seen.calmBytes > 2 * cellLimits.memoryMb * 2 ** 20 + overheadBytes;
    case 'many processes':
      return seen.peakMarked > someProcesses;
    case 'grandchild lives':
      return seen.markedAfter > 0;
    case 'large result':
      return (report?.outcome?.resultBytes ?? 0) > cellLimits.resultBytes;
    case 'parent polluted':
      return report?.isPolluted === true;
    case 'merge polluted':
      return report?.isMergePolluted === true;
    case 'secret out':
      return scene.tells(report?.outcome?.text ?? '', secret);
    case 'file written':
      return scene.isWrittenOutside;
    case 'connection':
      return scene.connections > 0;
    case 'packet':
      return scene.packets > 0;
    case 'limit raised':
      return seen.wasLimitRaised;
    case 'output through':
      return seen.outputBytes > 16 * cellLimits.outputBytes;
    case 'next call wrong':
      return report?.isNextRight !== true;
  }
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').slice(0, 300);
}

import type { BatteryLevel, Cell, PlatformInfo } from '@enforcecore/core';
import { plainText } from '../render/plain-text.js';
import { renderTable } from '../render/table.js';
import type { Session } from '../session.js';

/** What this machine can enforce, as tried: each level and program, and every attack of the battery at every level. */
export interface Probe {
  readonly platform: PlatformInfo;
  readonly battery: readonly Cell[];
}

/** Tries everything; what is done at the moment stands on standard error. */
export async function probe(session: Session): Promise<Probe> {
  const { ResourceGuard, runBattery } = await import('@enforcecore/core');
  await session.note('trying the levels of this machine, then every attack at every level; it takes a minute or two');
  const platform = await new ResourceGuard().platformInfo();
  const notes: Promise<void>[] = [];
  const battery = await runBattery({
    onProgress: ({ level, attack, result }, done, all) => {
      // In order, since each is handed over at once; a reader that is gone is noticed below.
      notes.push(session.note(`${String(done)}/${String(all)} ${level} ${attack}: ${result}`));
      notes.at(-1)?.catch(() => undefined);
    },
  });
  await Promise.all(notes);
  return { platform, battery };
}

export async function probeReport({ paint }: Pick<Session, 'paint'>, { platform, battery }: Probe): Promise<string> {
  const { batteryRows } = await import('@enforcecore/core');
  const title = (text: string): string => `\n${paint('bold', text)}\n`;
  const levels = [...new Set(battery.map(({ level }) => level))];
  const rows = batteryRows(battery).map(({ attack, cells }) => [attack, ...levels.map((level) => paintedWord(paint, cells[level]))]);
  return [
    title('What this machine can enforce, as tried'),
    renderTable(platform.levels.map(({ level, works, detail }) => [level, works ? paint('green', 'works') : paint('red', 'no'), plainText(detail)]), { indent: '  ' }),
    title('Limits that hold at each level'),
    renderTable([['', ...limits], ...platform.levels.filter(({ works }) => works).map(({ level, holds }) => [level, ...limits.map((limit) => (holds[limit] ? 'yes' : 'no'))])], { indent: '  ' }),
    title('What it has for that'),
    renderTable(Object.entries(platform.mechanisms).map(([name, value]) => [name, plainText(value === undefined ? 'missing' : String(value))]), { indent: '  ' }),
    title('Attacks, as tried'),
    renderTable([['', ...levels], ...rows], { indent: '  ' }),
    `  bare is the tool without EnforceCore: there an attack has to come through, or the others say nothing. -: cannot be tried\n`,
  ].join('');
}

const limits = ['time', 'memory', 'cpu', 'processes', 'files', 'network'] as const;

function paintedWord(paint: Session['paint'], cell: Cell | undefined): string {
  if (cell === undefined || cell.result === 'cannot be tried') return '-';
  if (cell.result === 'stopped') return paint('green', 'stopped');
  return isControl(cell.level) ? 'not stopped' : paint('red', 'not stopped');
}

function isControl(level: BatteryLevel): boolean {
  return level === 'bare';
}

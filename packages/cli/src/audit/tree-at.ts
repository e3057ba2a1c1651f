import type { TreeState } from '@enforcecore/audit';
import { CliError } from '../errors.js';
import type { LogReader } from './open-log.js';

/** The tree over the first `size` leaves of a log. @throws CliError `INPUT` where it does not reach from there to here. */
export async function treeAt(log: LogReader, size: number, onLeaf: (count: number) => void): Promise<TreeState> {
  const { TreeBuilder } = await import('@enforcecore/audit/proof');
  const start = await log.start();
  if (size < start.size) throw new CliError('INPUT', `cannot go back to size ${String(size)}: entries before ${String(start.size)} were deleted from ${log.location}`);
  const tree = new TreeBuilder(start);
  for await (const { hash } of log.records(start.size, size)) {
    tree.add(hash);
    onLeaf(tree.size);
  }
  if (tree.size < size) throw new CliError('INPUT', `${log.location} has only ${String(tree.size)} lines, not ${String(size)}: if it had more before, lines are missing; check it with enforcecore verify`);
  return tree.state();
}

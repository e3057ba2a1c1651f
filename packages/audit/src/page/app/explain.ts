import type { CheckName } from '../../verify/verdict.js';

/** A check in words for someone who has never seen the project. */
export interface Explanation {
  readonly title: string;
  readonly asks: string;
  /** What stays possible while the check could not be made. */
  readonly open: string;
}

export const EXPLANATIONS: Readonly<Record<CheckName, Explanation>> = {
  framing: {
    title: 'Whole lines',
    asks: 'Is every line complete? A line that a crash cut off counts only if a later entry vouches for its bytes.',
    open: 'Some lines could not be read.',
  },
  schema: {
    title: 'Format',
    asks: 'Is every line an entry, byte for byte as the program writes it, with no field too many?',
    open: 'Some lines could not be read as entries.',
  },
  order: {
    title: 'Order',
    asks: 'Does every writer’s count go 1, 2, 3 without a hole, and stand what it saw of others before it?',
    open: 'Whether entries are missing from the count is not known.',
  },
  chain: {
    title: 'Hash chain',
    asks: 'Is every entry’s hash right, and does every entry name the hash of the one before it?',
    open: 'Whether entries were changed is not known.',
  },
  tree: {
    title: 'Merkle tree',
    asks: 'Do the lines make the tree whose size and root the trail’s own records state?',
    open: 'Nothing in these files states an earlier size and root to compare with.',
  },
  checkpoints: {
    title: 'Checkpoints',
    asks: 'Did the log, each time it stated its size and root, hold exactly the first lines of this trail?',
    open: 'Without the checkpoints the end of the trail can be missing, and all of it can have been written anew.',
  },
  signatures: {
    title: 'Signatures',
    asks: 'Are the checkpoints signed by a key that you gave?',
    open: 'Without the log’s key nobody knows who wrote the checkpoints: whoever can write the files can write those too.',
  },
  witnesses: {
    title: 'Witnesses',
    asks: 'Did independent witnesses see the same log?',
    open: 'Without witnesses the holder of the log’s key can show you another history than it shows others.',
  },
  gaps: {
    title: 'Nothing missing',
    asks: 'Is every closed segment here, and does each continue the one before it?',
    open: 'Parts of the trail may be missing.',
  },
  clock: {
    title: 'Time',
    asks: 'Do the times of the entries go forward?',
    open: 'The order of times is not known; times are what the writing computer’s clock said.',
  },
  expectation: {
    title: 'Expected size and root',
    asks: 'Is this the trail whose size and root you know from elsewhere?',
    open: 'Without a size and root from elsewhere nobody notices that this is an older copy, from which the newest lines and their checkpoints were left out.',
  },
};

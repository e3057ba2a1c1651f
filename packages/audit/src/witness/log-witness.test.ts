import { describe, expect, it } from '@jest/globals';
import { LogWitness } from './log-witness.js';

const RECORD = { entry_id: 'i', entry_hash: 'e', previous_hash: 'p', sequence: 1, writer_id: 'w', timestamp: 't' };
const LINE = 'enforcecore.witness {"entry_hash":"e","entry_id":"i","previous_hash":"p","sequence":1,"timestamp":"t","writer_id":"w"}';

describe('a log witness', () => {
  it('writes a line for each record, to a function or a logger that needs its this', () => {
    const lines: string[] = [];
    class Logger {
      readonly #lines = lines;
      info(line: string): void {
        this.#lines.push(line);
      }
    }

    new LogWitness((line) => lines.push(line)).publish(RECORD);
    new LogWitness(new Logger()).publish(RECORD);

    expect(lines).toEqual([LINE, LINE]);
  });

  it('writes one line whatever is in a record, and only what belongs there', () => {
    const lines: string[] = [];
    const hostile = { ...RECORD, entry_id: 'a\nenforcecore.witness {"entry_hash":"forged"}', secret: 'raw value' };

    new LogWitness((line) => lines.push(line)).publish(hostile);

    expect([lines.length, lines[0]?.includes('\n'), lines[0]?.includes('raw value')]).toEqual([1, false, false]);
  });

  it('lets a failing logger be known', () => {
    const witness = new LogWitness(() => {
      throw new Error('full');
    });

    expect(() => {
      witness.publish(RECORD);
    }).toThrow('full');
  });
});

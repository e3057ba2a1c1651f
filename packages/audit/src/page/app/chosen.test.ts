import { describe, expect, it } from '@jest/globals';
import { sortChosen, type Chosen } from './chosen.js';

function chosen(...names: string[]): Chosen {
  return sortChosen(names.map((name) => new File([], name)));
}

function named({ parts }: Chosen): string[] {
  return parts.map(({ file }) => file.name);
}

describe('sortChosen', () => {
  it('puts segments in the order of their numbers, and the file that is written to last', () => {
    const found = chosen('trail.jsonl', 'trail.000010.jsonl', 'trail.000009.jsonl.gz', 'trail.jsonl.checkpoints');

    expect(named(found)).toEqual(['trail.000009.jsonl.gz', 'trail.000010.jsonl', 'trail.jsonl']);
    expect(found).toMatchObject({ problem: null, checkpoints: { name: 'trail.jsonl.checkpoints' }, parts: [{ packed: true, ordinal: 9 }, { packed: false }, { ordinal: null }] });
  });

  it('reads the plain file where a segment is there twice', () => {
    expect(named(chosen('a.000001.jsonl.gz', 'a.000001.jsonl', 'a.jsonl'))).toEqual(['a.000001.jsonl', 'a.jsonl']);
    expect(named(chosen('a.000001.jsonl', 'a.000001.jsonl.gz', 'a.jsonl'))).toEqual(['a.000001.jsonl', 'a.jsonl']);
  });

  it('takes one closed segment alone', () => {
    expect(chosen('a.000003.jsonl.gz')).toMatchObject({ problem: null, parts: [{ ordinal: 3 }] });
  });

  it('leaves aside what is none of a trail', () => {
    expect(chosen('a.jsonl', 'notes.txt')).toMatchObject({ problem: null, foreign: [{ name: 'notes.txt' }] });
  });

  it.each<readonly [string[], string]>([
    [['notes.txt'], 'None of these'],
    [['a.jsonl', 'b.jsonl'], 'more than one trail'],
    [['a.jsonl', 'b.000001.jsonl'], 'more than one trail'],
    [['a.jsonl', 'a.jsonl'], 'the same name'],
    [['a.jsonl', 'b.jsonl.checkpoints'], 'not those of this trail'],
    [['a.000001.jsonl', 'a.000002.jsonl'], 'is missing'],
  ])('refuses %j', (names, problem) => {
    expect(chosen(...names).problem).toContain(problem);
  });

  it('has nothing to say of no files', () => {
    expect(chosen()).toMatchObject({ parts: [], problem: null });
  });
});

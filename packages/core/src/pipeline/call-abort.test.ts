import { describe, expect, it } from '@jest/globals';
import { CallAbort } from './call-abort.js';

describe('what ends a call from outside', () => {
  it('tells signal, listeners and the calls inside, once, with the first reason', () => {
    const [outer, inner] = [new CallAbort(), new CallAbort()];
    const told: unknown[] = [];
    outer.add(inner);
    outer.onAbort(() => told.push('listener'));
    inner.signal.addEventListener('abort', () => told.push(inner.signal.reason));
    outer.abort('first');
    outer.abort('second');

    expect(told).toEqual(['listener', 'first']);
    expect(outer.signal.reason).toBe('first');
  });

  it('gives a signal that is aborted already to who asks late', () => {
    const abort = new CallAbort();
    abort.abort('why');

    expect(abort.signal).toMatchObject({ aborted: true, reason: 'why' });
  });

  it('ends at once what is added late', () => {
    const [outer, inner] = [new CallAbort(), new CallAbort()];
    outer.abort('why');
    outer.add(inner);

    expect(inner.isAborted).toBe(true);
  });

  it('tells nobody who left, and keeps nobody', () => {
    const [outer, inner] = [new CallAbort(), new CallAbort()];
    const told: string[] = [];
    const listener = (): void => void told.push('told');
    outer.onAbort(listener);
    outer.add(inner);
    outer.offAbort(listener);
    outer.remove(inner);
    expect(outer.size).toBe(0);
    outer.abort('why');

    expect([told, inner.isAborted]).toEqual([[], false]);
  });
});

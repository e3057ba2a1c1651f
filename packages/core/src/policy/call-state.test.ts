import { describe, expect, it } from '@jest/globals';
import type { Services } from '../pipeline/room-builder.js';
import { FakeClock } from '../testing/fake-clock.js';
import { CallState } from './call-state.js';

function stateOn(clock: FakeClock, session?: string): CallState {
  const services = { clock, settings: { environment: 'staging' }, env: Object.freeze({ REGION: 'eu' }) };
  return new CallState(services as unknown as Services, session); // what a state reads of the services
}

describe('the state of a decision', () => {
  it('reads the time once, when the first rule asks for it', () => {
    const clock = new FakeClock(1_000);
    const state = stateOn(clock);
    clock.advance(5);
    const first = state.nowMs;
    clock.advance(60_000);

    expect([first, state.nowMs]).toEqual([1_005, 1_005]);
  });

  it('has the environment of the settings, the variables of the start, and the session of the call', () => {
    const state = stateOn(new FakeClock(), 's-1');

    expect([state.environment, state.env, state.session]).toEqual(['staging', { REGION: 'eu' }, { id: 's-1' }]);
    expect(stateOn(new FakeClock()).session).toEqual({ id: undefined });
  });
});

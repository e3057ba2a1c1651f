import { describe, expect, it } from '@jest/globals';
import { enforce } from '../../enforce.js';
import { isChild, keepBodies } from './child-mode.js';

describe('the body of an enforced function', () => {
  it('is kept for nobody once the enforcing code is loaded: only a child runtime comes before it', () => {
    const body = async (): Promise<string> => Promise.resolve('the body');
    const wrapper = enforce(body, { tool: 'a_tool' });

    expect(() => keepBodies()).toThrow('child runtime');
    expect(isChild()).toBe(false);
    expect(Object.values(wrapper)).not.toContain(body);
  });
});

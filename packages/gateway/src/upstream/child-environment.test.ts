import { describe, expect, it } from '@jest/globals';
import { childEnvironment } from './child-environment.js';

describe('childEnvironment', () => {
  it('passes what a program needs, what the config says, and nothing else', () => {
    const env = childEnvironment({ TOKEN: 'own', HOME: '/other' }, { PATH: '/bin', HOME: '/home', AWS_SECRET_ACCESS_KEY: 'x', NODE_OPTIONS: '--require evil', LD_PRELOAD: 'evil.so', SHELL: '() { evil; }' }, 'linux');

    expect(env).toEqual({ PATH: '/bin', HOME: '/other', TOKEN: 'own' });
  });

  it('passes what Windows needs, there', () => {
    expect(childEnvironment(undefined, { SYSTEMROOT: 'C:\\Windows', SECRET: 'x' }, 'win32')).toEqual({ SYSTEMROOT: 'C:\\Windows' });
  });
});

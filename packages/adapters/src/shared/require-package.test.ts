import { describe, expect, it } from '@jest/globals';
import { requirePackage } from './require-package.js';

const door = '@enforcecore/adapters/somewhere';

describe('requirePackage', () => {
  it('imports a package that is there, and a door of it', async () => {
    await expect(requirePackage('@langchain/core/messages', door)).resolves.toHaveProperty('AIMessage');
  });

  it.each(['@nobody/has-this', 'nobody-has-this', '@nobody/has-this/door'])('says what to install where %s is missing', async (name) => {
    const peer = name.replace('/door', '');

    await expect(requirePackage(name, door)).rejects.toMatchObject({ code: 'PACKAGE_MISSING', message: `${door} needs the package "${peer}", which is not installed; run npm install ${peer}` });
  });
});

import { describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { withLimits } from './rlimits.js';
import { findTool, tryTools } from './tools.js';

const limits = { cpuSeconds: 7, dataBytes: 512 * 1024 ** 2, openFiles: 99, fileBytes: 1024 ** 2 };
const limitsFile = '/proc/self/limits';
const cat = findTool('cat') ?? 'cat';

(process.platform === 'linux' ? describe : describe.skip)('limits of the kernel (Linux only: prlimit)', () => {
  it.each(['prlimit', 'shell'] as const)('are hard ones when %s sets them', async (means) => {
    const tools = await tryTools();
    const only = { prlimit: means === 'prlimit' ? tools.prlimit : undefined, shell: tools.shell, setpriv: undefined };
    const [program = '', ...args] = withLimits([cat, limitsFile], limits, only);

    const text = execFileSync(program, args, { encoding: 'utf8' });

    expect(text).toMatch(/^Max cpu time\s+7\s+[78]\s/m);
    expect(text).toMatch(/^Max data size\s+536870912\s+536870912\s/m);
    expect(text).toMatch(/^Max open files\s+99\s+99\s/m);
    expect(text).toMatch(/^Max file size\s+1048576\s+1048576\s/m);
    expect(text).toMatch(/^Max core file size\s+0\s+0\s/m);
  });

  it('hand a command its arguments as they are', () => {
    const [program = '', ...args] = withLimits(['/bin/echo', '$(id)', '"; id', '*'], limits, { prlimit: undefined, setpriv: undefined, shell: '/bin/sh' });

    const text = execFileSync(program, args, { encoding: 'utf8' });

    expect(text).toBe('$(id) "; id *\n');
  });
});

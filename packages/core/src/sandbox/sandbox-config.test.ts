import { describe, expect, it } from '@jest/globals';
import { SandboxConfig, sandboxRules } from './sandbox-config.js';

describe('SandboxConfig', () => {
  it('is no wall when disabled', () => {
    expect(SandboxConfig.disabled()).toMatchObject({ level: 'inline', maxMemoryMb: undefined, maxCpuMs: undefined });
  });

  it("has the reference's limits by default", () => {
    expect(SandboxConfig.subprocessDefault()).toMatchObject({ level: 'process', maxMemoryMb: 512, maxCpuMs: 60_000 });
  });

  it('takes the names of levels as they are', () => {
    expect(sandboxRules({ strategy: 'bubblewrap' }).level).toBe('bubblewrap');
  });
});

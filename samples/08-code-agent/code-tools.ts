// #region imports
import { Enforce } from '@enforcecore/core';
import { CodeThrewError, runCode } from '@enforcecore/core/quickjs';
import { Tool } from '@enforcecore/core/tools';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
// #endregion imports

const orders = [
  { id: 1, total: 12.5, by: 'mira@northfjord.example' },
  { id: 2, total: 20, by: 'olle@northfjord.example' },
  { id: 3, total: 30, by: 'mira@northfjord.example' },
];

// #region tools
export class CodeTools {
  @Enforce({ sandbox: { module: import.meta.url } })
  @Tool({ description: 'Runs JavaScript; the global `input` holds the orders', input: z.strictObject({ code: z.string().max(20_000) }) })
  async run_code({ code }: { readonly code: string }): Promise<object> {
    try {
      const { value, logs } = await runCode(code, { input: orders, timeoutMs: 300, memoryBytes: 32 * 2 ** 20 });
      return { value, logs };
    } catch (error) {
      // A mistake in the code is an answer: the agent can mend it. A limit that was reached is none.
      if (!(error instanceof CodeThrewError)) throw error;
      return { error: `${error.thrown.name}: ${error.thrown.message}`, logs: error.logs };
    }
  }

  /** For the desk's own scripts: the policy does not give it to the agent. */
  @Enforce({ sandbox: { module: import.meta.url } })
  @Tool({ description: 'Reads a file', input: z.strictObject({ path: z.string() }) })
  async read_file({ path }: { readonly path: string }): Promise<string> {
    return readFile(path, 'utf8');
  }
}
// #endregion tools

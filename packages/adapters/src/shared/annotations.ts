import type { ToolHints } from '@enforcecore/core/tools';

/** MCP's `ToolAnnotations`. */
export interface Annotations {
  readonly title?: string;
  readonly readOnlyHint?: boolean;
  readonly destructiveHint?: boolean;
  readonly idempotentHint?: boolean;
  readonly openWorldHint?: boolean;
}

/** What a tool's author says of it, in MCP's words; what is not said is left out. */
export function annotationsOf({ title, readOnly, destructive, idempotent, openWorld }: ToolHints): Annotations {
  const hints = { title, readOnlyHint: readOnly, destructiveHint: destructive, idempotentHint: idempotent, openWorldHint: openWorld };
  return Object.fromEntries(Object.entries(hints).filter(([, value]) => value !== undefined));
}

import { openTrail, type CallDraft } from '@enforcecore/audit';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder for one test file's inputs. */
export class Folder {
  readonly path = mkdtempSync(join(tmpdir(), 'enforcecore-cli-'));

  file(name: string, content: string | Uint8Array): string {
    const path = join(this.path, name);
    writeFileSync(path, content);
    return path;
  }

  at(name: string): string {
    return join(this.path, name);
  }

  /** A trail with one entry a draft. */
  trail(name: string, drafts: readonly Partial<CallDraft>[]): string {
    const path = this.at(name);
    const trail = openTrail(path);
    for (const [i, draft] of drafts.entries()) {
      const call_id = `call-${String(i + 1)}`;
      trail.append({ tool_name: 'search', decision: 'allowed', outcome: 'ok', ...draft, call_id });
    }
    void trail.close();
    return path;
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

export const goodPolicy = `name: support
version: "1.2"
rules:
  allowed_tools: ["search_*", "send_email"]
  denied_tools: ["delete_*"]
  pii_redaction: { categories: [email, phone] }
  resource_limits: { max_call_duration_seconds: 30, max_cost_usd: 5 }
  rate_limits:
    per_tool: { send_email: { max_calls: 5, window_seconds: 60 } }
    global: { max_calls: 100 }
  max_output_size_bytes: 4096
`;

export const badPolicy = `name: bad
rules:
  allowed_tool: [x]
  pii_redaction:
    categories: [emial]
`;

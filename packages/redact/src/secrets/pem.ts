import type { Sink } from '../finding.js';
import type { Plan } from '../plan.js';

/** A key block is at most this long; what follows a cut-off header is not searched further for its end. */
export const longestBlock = 65_536;

const header = /-----BEGIN ((?:[A-Z0-9]{1,16} ){0,3})PRIVATE KEY( BLOCK)?-{0,5}/y;
const footer = /-----END [A-Z0-9 ]{0,60}-{0,5}/y;
const gcpKey = /"private_key"\s{0,4}:\s{0,4}"$/;

/** The private-key block that begins at `start`; answers where it ends, -1 when it is none. */
export function pemAt(text: string, start: number, plan: Plan, sink: Sink): number {
  header.lastIndex = start;
  const head = header.exec(text);
  if (head === null) return -1;
  const category = categoryOf(head[1] ?? '', text, start, plan);
  if (category === undefined) return -1;
  const bodyStart = start + head[0].length;
  const end = blockEnd(text, start, bodyStart, sink);
  sink.secret(category, start, end);
  return end;
}

function categoryOf(label: string, text: string, start: number, plan: Plan): string | undefined {
  if (label.startsWith('OPENSSH') && plan.secrets.has('ssh_private_key')) return 'ssh_private_key';
  if (plan.secrets.has('private_key')) return 'private_key';
  const gcp = plan.secrets.has('gcp_service_account') && gcpKey.test(text.slice(Math.max(0, start - 32), start));
  return gcp ? 'gcp_service_account' : undefined;
}

function blockEnd(text: string, start: number, bodyStart: number, sink: Sink): number {
  const limit = start + longestBlock;
  for (let dash = text.indexOf('-----', bodyStart); dash >= 0 && dash < limit; dash = text.indexOf('-----', dash + 5)) {
    footer.lastIndex = dash;
    if (footer.test(text)) return footer.lastIndex;
    if (text.startsWith('BEGIN ', dash + 5)) return cutOffEnd(text, bodyStart, dash);
  }
  if (text.length < limit + 64) sink.open(start);
  return cutOffEnd(text, bodyStart, Math.min(limit, text.length));
}

const onHeaderLine = /(?:[ \t]{0,4}["'\\+]{0,3}[A-Za-z0-9+/=\\]{16,})*/y;
const bodyLine = /\n[ \t>#*|"']{0,16}([A-Za-z0-9+/=]{1,512})(?:\\n)?["']?[ \t]?[,;+\\]?[ \t]{0,4}(?=\r?\n|$)/y;
const fieldLine = /\n[ \t>#*|"']{0,16}(?:(?:Proc-Type|DEK-Info|Version|Comment|Hash|Charset):[^\n]{0,200})?\\?\r?(?=\n|$)/y;

/** A block without its end: the lines that still look like one, so that prose after a stray header survives. */
function cutOffEnd(text: string, bodyStart: number, limit: number): number {
  onHeaderLine.lastIndex = bodyStart;
  let end = onHeaderLine.test(text) ? Math.min(onHeaderLine.lastIndex, limit) : bodyStart;
  let probe = end;
  while (probe < limit) {
    if (text.charCodeAt(probe) === 0x0d) probe += 1;
    bodyLine.lastIndex = probe;
    const line = bodyLine.exec(text);
    if (line !== null && isBody(line[1] ?? '')) {
      probe = bodyLine.lastIndex;
      end = Math.min(probe, limit);
      continue;
    }
    fieldLine.lastIndex = probe;
    if (!fieldLine.test(text) || fieldLine.lastIndex === probe) break;
    probe = fieldLine.lastIndex;
  }
  return end;
}

/** A full line, or the short last one: base64 rarely spells a word with a digit or a sign in it. */
function isBody(line: string): boolean {
  return line.length >= 40 || (line.length >= 4 && /[0-9+/=]/.test(line));
}

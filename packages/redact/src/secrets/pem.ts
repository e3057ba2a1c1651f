import type { Sink } from '../finding.js';
import type { Plan } from '../plan.js';

/** A key block is at most this long; what follows a cut-off header is not searched further for its end. */
export const longestBlock = 65_536;

const header = /-----BEGIN ((?:[A-Z0-9]{1,16} ){0,3})PRIVATE KEY( BLOCK)?-{0,5}/y;
const footer = /-----END [A-Z0-9 ]{0,60}-{0,5}/y;
const gcpKey = /\\?"private_key\\?"\s{0,4}:\s{0,4}\\?"$/;
const gcpNeighbour = /service_account|private_key_id|client_email|client_id|project_id/;
/** Header and footer as two constants of a program: there is no key between them. */
const constants = /["'`][,;)]{0,2}\s{0,8}[^\n"'`]{0,60}["'`]-----END/y;
const reachBack = 120;
const reachOn = 32;

/** The private-key block that begins at `start`; answers where it ends, -1 when it is none. */
export function pemAt(text: string, start: number, plan: Plan, sink: Sink): number {
  header.lastIndex = start;
  const head = header.exec(text);
  if (head === null) return -1;
  constants.lastIndex = start + head[0].length;
  if (constants.test(text)) return -1;
  const before = text.slice(Math.max(0, start - reachBack), start);
  const gcp = gcpKey.test(before);
  const wanted = plan.secrets.has('private_key') || (gcp && plan.secrets.has('gcp_service_account')) || plan.secrets.has('ssh_private_key');
  if (!wanted) return -1;
  const end = blockEnd(text, start, start + head[0].length, sink);
  const around = gcp ? before + text.slice(end, end + reachOn) : '';
  const category = categoryOf(head[1] ?? '', gcp, gcpNeighbour.test(around), plan);
  if (category === undefined) return -1;
  sink.secret(category, start, end);
  return end;
}

/** The key of a service account is known by the fields beside it. */
function categoryOf(label: string, gcp: boolean, certain: boolean, plan: Plan): string | undefined {
  if (label.startsWith('OPENSSH') && plan.secrets.has('ssh_private_key')) return 'ssh_private_key';
  const google = gcp && plan.secrets.has('gcp_service_account');
  if (google && certain) return 'gcp_service_account';
  if (plan.secrets.has('private_key')) return 'private_key';
  return google ? 'gcp_service_account' : undefined;
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
const bodyLine = /\n[ \t>#*|"'+-]{0,16}([A-Za-z0-9+/=]{1,512})(?:\\n)?["']?[ \t]?[,;+\\]?[ \t]{0,4}(?=\r?\n|$)/y;
const fieldLine = /\n[ \t>#*|"'+-]{0,16}(?:(?:Proc-Type|DEK-Info|Version|Comment|Hash|Charset):[^\n]{0,200})?\\?\r?(?=\n|$)/y;

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

import type { AuditQuery, Decision, EntryKind, Outcome } from '@enforcecore/audit';
import { InvalidArgumentError, Option, type Command } from 'commander';

/** Which entries are asked for. */
export interface FilterFlags {
  readonly tool?: string;
  readonly agent?: string;
  readonly tenant?: string;
  readonly session?: string;
  readonly policy?: string;
  readonly callId?: string;
  readonly toolCallId?: string;
  readonly writer?: string;
  readonly kind?: EntryKind;
  readonly decision?: Decision;
  readonly outcome?: Outcome;
  readonly violation?: string;
  readonly since?: string;
  readonly until?: string;
  readonly text?: string;
}

const kinds: readonly EntryKind[] = ['call', 'recovery', 'gap', 'policy', 'kill_switch', 'segment', 'erasure'];
const decisions: readonly Decision[] = ['allowed', 'blocked', 'redacted'];
const outcomes: readonly Outcome[] = ['ok', 'tool_error', 'blocked', 'timeout_killed', 'timeout_unknown', 'cancelled', 'enforcement_error', 'unknown'];

/** The options that choose entries; an entry must fit all that are given. */
export function filterOptions(command: Command): Command {
  return command
    .option('--tool <name>', 'only of this tool', toolName)
    .option('--agent <id>', 'only of this agent')
    .option('--tenant <id>', 'only of this tenant')
    .option('--session <id>', 'only of this session')
    .option('--policy <name>', 'only decided by the policy of this name')
    .option('--call-id <id>', 'only of this call')
    .option('--tool-call-id <id>', "only with this id of a model's tool call")
    .option('--writer <id>', 'only written by this writer')
    .addOption(new Option('--kind <kind>', 'only of this kind').choices(kinds))
    .addOption(new Option('--decision <decision>', 'only decided so').choices(decisions))
    .addOption(new Option('--outcome <outcome>', 'only ended so').choices(outcomes))
    .option('--violation <type>', 'only with this type of violation')
    .option('--since <time>', 'from this time on: 2026-11-21, or 2026-11-21T10:00:00Z', moment)
    .option('--until <time>', 'before this time', moment)
    .option('--text <words>', 'only with all these words in the reason of the violation');
}

export function queryOf(flags: FilterFlags): AuditQuery {
  return {
    tool_name: flags.tool,
    agent: flags.agent,
    tenant_id: flags.tenant,
    session: flags.session,
    policy_name: flags.policy,
    call_id: flags.callId,
    tool_call_id: flags.toolCallId,
    writer_id: flags.writer,
    kind: flags.kind,
    decision: flags.decision,
    outcome: flags.outcome,
    violation_type: flags.violation,
    since: flags.since,
    until: flags.until,
    text: flags.text,
  };
}

export function hasFilter(flags: FilterFlags): boolean {
  return Object.values(queryOf(flags)).some((value) => value !== undefined);
}

/** Tools are recorded under their canonical names. */
function toolName(text: string): string {
  return text.trim().toLowerCase();
}

const date = /^\d{4}-\d\d-\d\d$/;
const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)$/;

/** A day in UTC, or a time with its zone, as entries have it. */
export function moment(text: string): string {
  const day = date.test(text);
  const parsed = day || time.test(text) ? new Date(day ? `${text}T00:00:00Z` : text) : undefined;
  // 30 February is read as 1 March otherwise.
  const isReal = parsed !== undefined && !Number.isNaN(parsed.getTime()) && isInMonth(text);
  if (!isReal) throw new InvalidArgumentError('Expected a day such as 2026-11-21, or a time with its zone such as 2026-11-21T10:00:00Z.');
  return parsed.toISOString();
}

function isInMonth(text: string): boolean {
  const [year = 0, month = 0, day = 0] = text.slice(0, 10).split('-').map(Number);
  return new Date(Date.UTC(year, month - 1, day)).getUTCDate() === day;
}

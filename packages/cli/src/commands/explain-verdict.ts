import type { Policy, Verdict } from '@enforcecore/core';
import type { Io } from '../io.js';
import { limitsOf, type Limits } from '../limits.js';

export interface ExplainedCall {
  readonly tool: string;
  readonly args: readonly unknown[];
  readonly agent?: string;
  readonly tenant?: string;
  readonly session?: string;
  readonly labels?: ReadonlyMap<string, string>;
  /** The setting of that name by default. */
  readonly environment?: string;
  /** Now by default. */
  readonly timeMs?: number;
}

/** What the engine says of a call, and what else holds for its tool. */
export interface Explanation {
  readonly policy: Policy;
  /** In canonical spelling; `undefined` when it is no name of a tool. */
  readonly tool: string | undefined;
  /** `undefined` when the call was refused before any rule looked at it. */
  readonly verdict: Verdict | undefined;
  readonly refused: { readonly code: string; readonly message: string } | undefined;
  /** What happens to the call, in a policy that only monitors too. */
  readonly decision: 'allowed' | 'blocked';
  /** Where the entry stands that let the call pass. */
  readonly basisAt: string | undefined;
  readonly limits: Limits | undefined;
  readonly redaction: ExplainedRedaction | undefined;
}

/** The personal data that is hidden in calls of the tool. */
export interface ExplainedRedaction {
  readonly categories: readonly string[];
  readonly secrets: boolean;
  readonly strategy: string;
  readonly results: boolean;
  /** False where the settings switch it off. */
  readonly enabled: boolean;
}

/**
 * Asks the engine of the pipeline, without the pipeline.
 *
 * @throws PolicyError, SettingsError when there is nothing to ask with.
 */
export async function explainCall(io: Pick<Io, 'env' | 'now'>, path: string, asked: ExplainedCall): Promise<Explanation> {
  const { EnforceCoreError, HardeningError, loadSettings, makeCall, Policy, YamlPolicyEngine } = await import('@enforcecore/core');
  const policy = Policy.fromFile(path);
  const settings = loadSettings({}, io.env);
  const { tool, args, agent, tenant, session, labels = [], environment = settings.environment, timeMs = io.now().getTime() } = asked;
  const nothing = { policy, tool: undefined, verdict: undefined, decision: 'blocked', basisAt: undefined, limits: undefined, redaction: undefined } as const;
  const who = { ...(agent === undefined ? {} : { agent }), ...(tenant === undefined ? {} : { tenant }), ...(session === undefined ? {} : { session }) };
  try {
    const call = makeCall(policy, { tool, args, labels: Object.fromEntries(labels), ...who });
    const env = Object.fromEntries(Object.entries(io.env).filter((pair): pair is [string, string] => pair[1] !== undefined));
    const verdict = new YamlPolicyEngine().decide(call, policy, { nowMs: timeMs, environment, env, session: { id: session } });
    const { redaction, redactOutput } = policy.rulesFor(call.tool);
    return {
      policy,
      tool: call.tool,
      verdict,
      refused: undefined,
      decision: policy.mode === 'monitor' ? 'allowed' : verdict.decision,
      basisAt: verdict.basis === undefined ? undefined : placeOf(policy, verdict.basis.rule),
      limits: limitsOf(policy, call.tool, settings),
      redaction: redaction === undefined ? undefined : {
        categories: redaction.categories, secrets: redaction.secrets, strategy: redaction.strategy, results: redactOutput, enabled: settings.redactionEnabled,
      },
    };
  } catch (error) {
    if (error instanceof HardeningError) return { ...nothing, refused: { code: error.code, message: error.message } };
    if (EnforceCoreError.is(error) || !(error instanceof Error)) throw error;
    // As in the pipeline: a rule that fails blocks the call. Its message may be about the arguments.
    return { ...nothing, refused: { code: 'POLICY_EVALUATION', message: 'a rule of the policy could not be evaluated, so the call was blocked' } };
  }
}

/** `rules.allowed_tools[0]` is the only kind of entry that lets a call pass; the default stands nowhere. */
function placeOf(policy: Policy, rule: string): string | undefined {
  const [, index] = /^rules\.allowed_tools\[(\d+)\]$/.exec(rule) ?? [];
  if (index === undefined) return undefined;
  const { file, line, column } = policy.placeOf(['rules', 'allowed_tools', index]);
  return line === 0 ? undefined : `${file}:${String(line)}:${String(column)}`;
}

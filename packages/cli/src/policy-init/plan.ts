import { readToolPattern } from '@enforcecore/core';
import { CliError } from '../errors.js';
import { PatternSet } from '../policy-lint/pattern-set.js';
import { profileOf, sampleTool, type Profile, type ProfileName, type SampleTool } from './sample-tools.js';

/** What somebody wants to start with. */
export interface InitAnswers {
  readonly name: string;
  readonly profile: ProfileName;
  /** Those of the profile by default. */
  readonly tools?: readonly string[] | undefined;
  /** As the profile has it by default. */
  readonly pii?: boolean | undefined;
}

export interface PlannedTool extends SampleTool {
  readonly name: string;
}

/** What is written. */
export interface InitPlan {
  readonly name: string;
  readonly profile: Profile;
  readonly tools: readonly PlannedTool[];
  /** Patterns of the profile that deny none of the tools. */
  readonly denied: readonly string[];
  readonly pii: boolean;
}

/** @throws CliError `USAGE` for names that are none. */
export function planOf({ name, profile: profileName, tools, pii }: InitAnswers): InitPlan {
  const profile = profileOf(profileName);
  const names = [...new Set((tools ?? profile.tools).map(canonicalName))];
  if (names.length === 0) throw new CliError('USAGE', 'there is no tool: name at least one, as --tools read_note,send_mail');
  const denied = profile.denied.filter((pattern) => names.every((tool) => new PatternSet([pattern]).covering(tool).length === 0));
  return { name, profile, denied, pii: pii ?? profile.pii, tools: names.map((tool) => ({ name: tool, ...sampleTool(tool) })) };
}

export function canonicalName(written: string): string {
  const fault = toolNameFault(written);
  if (fault !== undefined) throw new CliError('USAGE', fault);
  return readToolPattern(written).canonical ?? written;
}

export function toolNameFault(written: string): string | undefined {
  if (written.includes('*')) return `${JSON.stringify(written)} is a pattern: name each tool, and put patterns into the policy afterwards`;
  const { fault } = readToolPattern(written);
  return fault === undefined ? undefined : `${JSON.stringify(written.slice(0, 80))} is no tool name: ${fault}`;
}
